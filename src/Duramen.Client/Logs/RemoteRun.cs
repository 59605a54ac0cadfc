using System.Buffers;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Client.Logs;

/// <summary>Whole, verified batches that were fetched, in pooled memory that belongs to whoever has the run.</summary>
/// <param name="Rented">The memory, rented from the shared pool; null when there is nothing.</param>
/// <param name="Start">Where in it the batches begin.</param>
/// <param name="SizeBytes">How long they are.</param>
/// <param name="From">The offset that was asked for.</param>
internal readonly record struct RemoteRun(byte[]? Rented, int Start, int SizeBytes, Offset From)
{
    /// <summary>What a reader gets, of a run that is not nothing, who asked for no more than so much; the memory is the slice's then.</summary>
    public LogSlice ToSlice(ReadLimits limits)
    {
        ReadOnlySpan<byte> rest = Rented.AsSpan(Start, SizeBytes);
        int taken = 0;
        long records = 0;
        Offset next = From;
        while (RecordBatchView.TryRead(rest[taken..], out RecordBatchView batch)
            && (taken == 0 || ((long)taken + batch.SizeBytes <= limits.MaxBytes && records < limits.MaxRecords)))
        {
            taken += batch.SizeBytes;
            records += batch.NextOffset.Since(batch.BaseOffset);
            next = batch.NextOffset;
        }

        return new LogSlice(Rented!, Start, taken, next);
    }

    /// <summary>Gives the memory back.</summary>
    public void Return()
    {
        if (Rented is not null)
        {
            ArrayPool<byte>.Shared.Return(Rented);
        }
    }
}
