using Duramen.Core.Binary;
using Duramen.Core.Random;
using Duramen.Records.Batches;

namespace Duramen.Benchmarks;

/// <summary>The batches of the log benchmarks: 100 records with values of 100 bytes that do not compress.</summary>
internal static class LogBatches
{
    public const int RecordsPerBatch = 100;
    private const int ValueSizeBytes = 100;

    public static byte[] Make()
    {
        using RecordBatchBuilder builder = new();
        byte[] value = new byte[ValueSizeBytes];
        Prng random = new(1);
        for (int index = 0; index < RecordsPerBatch; index++)
        {
            random.NextBytes(value);
            builder.Append(1_700_000_000_000 + index, NullableBytes.Null, value);
        }

        return builder.Build().ToArray();
    }
}
