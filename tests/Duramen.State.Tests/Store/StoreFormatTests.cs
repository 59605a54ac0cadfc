using System.Globalization;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.State.Store;
using Duramen.State.Store.Disk;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Runs;

namespace Duramen.State.Tests.Store;

/// <summary>The bytes of <c>docs/store.md</c>: whoever changes them changes the version too.</summary>
public sealed class StoreFormatTests
{
    private static readonly Manifest Example = new()
    {
        Position = new Offset(0x0102),
        Horizon = new Offset(3),
        Digest = new StoreDigest(0x1122334455667788, 0x99aabbccddeeff00),
        NextRun = 5,
        Identity = "id"u8.ToArray(),
        Attachment = "at"u8.ToArray(),
        Runs = [new RunState(4, 1, new Offset(0), new Offset(0x0102), 0x0300)],
    };

    [Fact]
    public void A_manifest_is_these_bytes()
    {
        string expected = WithChecksums(
            "4452544d 0002 0000 0000000000000102 0000000000000003 112233445566778899aabbccddeeff00 0000000000000005"
            + "00000002 6964 00000002 6174 00000001"
            + "0000000000000004 00000001 0000000000000000 0000000000000102 0000000000000300");
        Assert.Equal(expected, Convert.ToHexStringLower(Example.ToBytes()));
    }

    [Fact]
    public void A_manifest_is_read_as_it_was_written_and_not_when_it_is_cut_anywhere()
    {
        byte[] bytes = Example.ToBytes();
        Assert.Equal(bytes, Manifest.TryRead(bytes)!.ToBytes());
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(Manifest.TryRead(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public async Task A_run_is_these_bytes()
    {
        var disk = new MemoryDisk();
        await using DiskStore store = DiskStore.Open(disk, "/store", new Offset(7), new StoreOptions { IsInline = true });
        store.Put("b"u8, "x"u8, new Offset(7), 100);
        store.Put("a"u8, "yz"u8, new Offset(8), 99);
        store.Put("b"u8, null, new Offset(10), 101);
        store.Advance(new Offset(300));
        await store.FlushAsync();

        using Duramen.Disk.IDiskFile file = disk.Open("/store/000000000001.run", Duramen.Disk.DiskFileMode.Existing);
        byte[] bytes = new byte[file.Length];
        file.Read(bytes, 0);
        string expected = WithChecksums(

            // Versions: a at 8; b at 10, removed, and at 7. Two groups: a byte of each key's hash, and where they begin; the entries; the values.
            $"0002 0000000e {Fingerprint("a"u8)} {Fingerprint("b"u8)} 0000 0000 0005 0002  02 61 01 01 03  02 62 03 02 00  00 00 00 02  797a 78",

            // Changes: from 7 on, b, a one later, b two later.
            "07 00 01 62 01 01 61 02 01 62",
            "01 61 01 25",
            "00 0e");
        Assert.Equal(expected, Convert.ToHexStringLower(bytes.AsSpan(0, expected.Length / 2)));
        Assert.Equal((expected.Length / 2) + 64 + 4 + RunFooter.SizeBytes, bytes.Length);
    }

    private static string Fingerprint(ReadOnlySpan<byte> key) => VersionBlock.FingerprintOf(KeyHash.Of(key)).ToString("x2", CultureInfo.InvariantCulture);

    /// <summary>Each part with its checksum behind it, in hexadecimal.</summary>
    private static string WithChecksums(params string[] parts)
    {
        string text = "";
        foreach (string part in parts)
        {
            byte[] bytes = Convert.FromHexString(part.Replace(" ", "", StringComparison.Ordinal));
            text += Convert.ToHexStringLower(bytes) + Crc32C.Compute(bytes).ToString("x8", CultureInfo.InvariantCulture);
        }

        return text;
    }
}
