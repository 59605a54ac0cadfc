using System.Text;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;

namespace Duramen.State.Tests.Audit;

/// <summary>Logs for audits: batch i holds one to four records, and its text says what it is.</summary>
internal static class AuditLogs
{
    private static readonly LogId Id = new(new Guid("4b1e64c7-7ab5-4d20-8c4d-0123456789ab"));

    /// <summary>A log of so many batches.</summary>
    /// <param name="batches">How many.</param>
    /// <param name="alter">What a batch says instead; null to leave it as it is.</param>
    public static MemoryLog Make(int batches, Func<int, string?>? alter = null)
    {
        var log = new MemoryLog(Id, "orders");
        Append(log, 0, batches, alter);
        return log;
    }

    public static void Append(ILog log, int from, int to, Func<int, string?>? alter = null)
    {
        for (int index = from; index < to; index++)
        {
            Append(log, index, alter?.Invoke(index) ?? $"batch {index}");
        }
    }

    public static void Append(ILog log, int index, string text)
    {
        ValueTask<AppendResult> append = log.AppendAsync(Batch(index, text));
        Assert.True(append.IsCompletedSuccessfully);
    }

    /// <summary>A batch, whose records have one key.</summary>
    public static byte[] Batch(int index, string text)
    {
        using RecordBatchBuilder builder = new();
        for (int record = 0; record < RecordsOf(index); record++)
        {
            builder.Append(1_700_000_000_000 + index, Encoding.UTF8.GetBytes($"{index}"), Encoding.UTF8.GetBytes(text));
        }

        return builder.Build().ToArray();
    }

    public static int RecordsOf(int batch) => (batch % 4) + 1;

    /// <summary>The base offset of a batch.</summary>
    public static Offset BaseOf(int batch) => new(Enumerable.Range(0, batch).Sum(RecordsOf));
}
