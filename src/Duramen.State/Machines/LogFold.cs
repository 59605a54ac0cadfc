using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.State.Machines;

/// <summary>Applies the records of a log to a machine, in order: what makes a state out of a log.</summary>
public static class LogFold
{
    /// <summary>
    /// Applies every record from <paramref name="from"/> to <paramref name="until"/>, waits for those that are not committed yet, and says where it
    /// ended: at <paramref name="until"/>, or where the batch ends that holds it.
    /// </summary>
    /// <exception cref="StateException"><see cref="StateErrors.Unreadable"/>: the machine does not understand a record.</exception>
    /// <exception cref="LogException">As <see cref="ILog.ReadAsync"/>.</exception>
    public static async ValueTask<Offset> RunAsync(
        IMachine machine, ILog log, Offset from, Offset until, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(log);
        if (from >= until)
        {
            return from;
        }

        await log.WaitForCommittedAsync(new Offset(until.Value - 1), cancellationToken).ConfigureAwait(false);
        using RecordBatchDecoder decoder = new();
        Offset next = from;
        while (next < until)
        {
            using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default, cancellationToken).ConfigureAwait(false);
            next = Apply(machine, log, slice.Batches.Span, next, until, decoder) ?? slice.NextOffset;
        }

        return next;
    }

    /// <summary>
    /// Applies the records of whole batches, back to back, but for those below <paramref name="from"/>; says where it ended when a batch began at or after
    /// <paramref name="until"/> and was left out.
    /// </summary>
    internal static Offset? Apply(IMachine machine, ILog log, ReadOnlySpan<byte> batches, Offset from, Offset until, RecordBatchDecoder decoder)
    {
        Offset next = from;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            if (batch.BaseOffset >= until)
            {
                return Offset.Max(next, until);
            }

            next = batch.NextOffset;
            batches = batches[batch.SizeBytes..];

            // What the log's own machinery wrote is nothing to the state.
            if (!batch.IsControl)
            {
                Apply(machine, log, batch, from, decoder);
            }
        }

        return null;
    }

    private static void Apply(IMachine machine, ILog log, RecordBatchView batch, Offset from, RecordBatchDecoder decoder)
    {
        BatchFault fault = decoder.Open(batch, out RecordReader reader);
        while (fault.IsNone && reader.TryRead(out RecordView record))
        {
            if (record.Offset < from)
            {
                continue;
            }

            try
            {
                machine.Apply(record);
            }
            catch (DuramenException cause)
            {
                throw StateRefusals.Unreadable(log, record.Offset, cause);
            }
        }

        fault = fault.IsNone ? reader.Fault : fault;
        if (!fault.IsNone)
        {
            throw StateRefusals.Unreadable(log, batch.BaseOffset, fault.ToString());
        }
    }
}
