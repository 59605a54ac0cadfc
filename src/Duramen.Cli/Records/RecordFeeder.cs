using System.Collections.Concurrent;
using System.Threading.Channels;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Cli.Records;

/// <summary>
/// Appends records in batches, several of which are under way at once, and says in order which are durable. One thread adds; the
/// acknowledgements run beside it. Each batch is appended only where the one before it ended, so that what is in the log is always the
/// beginning of the input, also when an append in the middle is refused.
/// </summary>
internal sealed class RecordFeeder : IDisposable
{
    // Batches under way: enough that one is built while others are written, and few enough to bound the memory.
    private const int SlotCount = 8;

    // A batch of this size goes to its segment directly and passes the journal as a header only. Measured fastest from 256 KiB to 1 MiB.
    private const int BatchTargetBytes = 512 << 10;

    // A batch larger than this, which takes a very long line, is the only one under way, and its memory is not kept.
    private const int LargeBatchBytes = 8 << 20;

    private readonly ILog _log;
    private readonly int _recordsMax;
    private readonly CompressionCodec _codec;
    private readonly Action<AppendResult>? _acknowledged;
    private readonly BlockingCollection<Slot> _free = [];
    private readonly Channel<Slot> _sent = Channel.CreateUnbounded<Slot>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _failed = new();
    private Slot? _open;
    private long _openedAtMs;
    private Offset _next;

    /// <summary>Begins at the end of a log.</summary>
    /// <param name="log">A log that nobody else appends to.</param>
    /// <param name="recordsMax">Records per batch at most.</param>
    /// <param name="codec">How the records are compressed.</param>
    /// <param name="acknowledged">Told of every batch that is durable, in order; one call at a time.</param>
    public RecordFeeder(ILog log, int recordsMax, CompressionCodec codec, Action<AppendResult>? acknowledged)
    {
        _log = log;
        _recordsMax = recordsMax;
        _codec = codec;
        _acknowledged = acknowledged;
        _next = log.Watermarks.End;
        First = _next;
        Durable = _next;
        Failed = _failed.Token;
        for (int slot = 0; slot < SlotCount; slot++)
        {
            _free.Add(new Slot());
        }

        Acknowledging = Task.Run(AcknowledgeAsync);
    }

    /// <summary>The offset of the first record.</summary>
    public Offset First { get; }

    /// <summary>The offset after the last record that is durable.</summary>
    public Offset Durable { get; private set; }

    /// <summary>Ends after <see cref="Complete"/>, with the first failure when there is one; <see cref="Durable"/> is final then.</summary>
    public Task Acknowledging { get; }

    /// <summary>Cancelled when an append failed, after which nothing more is worth adding.</summary>
    public CancellationToken Failed { get; }

    /// <summary>Since when the batch that is not sent yet has been waiting, by <see cref="Environment.TickCount64"/>; null when there is none.</summary>
    public long? OpenSinceMs => _open is null ? null : _openedAtMs;

    /// <summary>Adds one record; waits while too much is under way.</summary>
    /// <exception cref="OperationCanceledException">An append failed: see <see cref="Acknowledging"/>.</exception>
    public void Add(long timestampMs, NullableBytes key, NullableBytes value)
    {
        if (_open is not null && _open.Builder.SizeBytes + key.Length + value.Length > BatchTargetBytes)
        {
            Send();
        }

        if (_open is null)
        {
            _open = _free.Take(Failed);
            _open.Builder.Codec = _codec;
            _openedAtMs = Environment.TickCount64;
        }

        _open.Builder.Append(timestampMs, key, value);
        if (_open.Builder.Count >= _recordsMax)
        {
            Send();
        }
    }

    /// <summary>Appends what was added and is not under way yet.</summary>
    public void Send()
    {
        if (_open is not Slot slot)
        {
            return;
        }

        _open = null;
        Memory<byte> batch = Build(slot.Builder);
        Offset first = _next;
        _next = first.Plus(slot.Builder.Count);
        slot.Pending = _log.AppendAsync(batch, new AppendOptions(ExpectedEnd: first)).AsTask();
        bool isLarge = slot.Builder.SizeBytes > LargeBatchBytes;
        _sent.Writer.TryWrite(slot);
        if (isLarge)
        {
            WaitForAll();
        }
    }

    /// <summary>Says that nothing more will be added.</summary>
    public void Complete() => _sent.Writer.Complete();

    /// <summary>Lets go of it; the thread that adds may be in a call still, which ends with <see cref="Failed"/>.</summary>
    public void Dispose() => _failed.Dispose();

    private static Memory<byte> Build(RecordBatchBuilder builder)
    {
        Memory<byte> batch = builder.Build();
        if (builder.Codec != CompressionCodec.None
            && builder.SizeBytes - RecordBatchLayout.HeaderSizeBytes > DecompressionLimits.Default.BudgetFor(batch.Length - RecordBatchLayout.HeaderSizeBytes))
        {
            // Readers would take records that shrink so much for an attack on their memory and refuse them.
            builder.Codec = CompressionCodec.None;
            batch = builder.Build();
        }

        return batch;
    }

    private void WaitForAll()
    {
        var all = new List<Slot>(SlotCount);
        while (all.Count < SlotCount)
        {
            all.Add(_free.Take(Failed));
        }

        all.ForEach(_free.Add);
    }

    private async Task AcknowledgeAsync()
    {
        try
        {
            await foreach (Slot slot in _sent.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                AppendResult result = await slot.Pending.ConfigureAwait(false);
                Durable = result.NextOffset;
                _acknowledged?.Invoke(result);
                if (slot.Builder.SizeBytes > LargeBatchBytes)
                {
                    slot.Builder.Dispose();
                    slot.Builder = new RecordBatchBuilder();
                }

                slot.Builder.Reset();
                _free.Add(slot);
            }
        }
        catch
        {
            await _failed.CancelAsync().ConfigureAwait(false);
            await CountRestAsync().ConfigureAwait(false);
            throw;
        }
    }

    // What was under way at the first failure may become durable all the same, and whoever appends the rest of the input must know.
    private async Task CountRestAsync()
    {
        await foreach (Slot slot in _sent.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                Durable = (await slot.Pending.ConfigureAwait(false)).NextOffset;
            }
            catch (DuramenException)
            {
                // It was to go where the one that failed would have ended, so none after it is appended either.
            }
        }
    }

    /// <summary>The memory of one batch, and its append while that is under way.</summary>
    private sealed class Slot
    {
        public RecordBatchBuilder Builder { get; set; } = new();

        public Task<AppendResult> Pending { get; set; } = null!;
    }
}
