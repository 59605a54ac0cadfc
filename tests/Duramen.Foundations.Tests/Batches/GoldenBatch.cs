namespace Duramen.Foundations.Tests.Batches;

/// <summary>A batch put together by hand from the format's description, field by field.</summary>
internal static class GoldenBatch
{
    public static byte[] Bytes() => Convert.FromHexString(string.Concat(
        "00000000000003E8", // base offset 1000
        "00000051", // 81 bytes follow
        "00000005", // leader epoch 5
        "02", // magic
        "3893FC04", // CRC-32C of the rest
        "0010", // transactional
        "00000002", // last offset delta
        "0000018BCFE56800", // base timestamp 1700000000000
        "0000018BCFE568FA", // max timestamp, 250 ms later
        "0000000000001234", // producer id
        "0007", // producer epoch
        "0000002A", // base sequence 42
        "00000003", // record count
        "20000000", // record of 16 bytes, attributes, timestamp delta 0, offset delta 0
        "026B", // key "k"
        "047631", // value "v1"
        "04", // two headers
        "02680201", // "h" = 01
        "026E01", // "n" = null
        "0E00F40302", // record of 7 bytes, timestamp delta 250, offset delta 1
        "010000", // null key, empty value, no headers
        "0C000104", // record of 6 bytes, timestamp delta -1, offset delta 2
        "000100")); // empty key, null value, no headers
}
