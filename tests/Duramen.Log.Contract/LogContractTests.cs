using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Xunit;

namespace Duramen.Log.Contract;

/// <summary>
/// What every log must do, whatever it is made of. A kind of log passes the contract by deriving from this class, or from
/// <see cref="SurvivingLogContractTests"/> when it can be opened again, and saying how a log is made and closed.
/// </summary>
public abstract partial class LogContractTests : IAsyncLifetime
{
    /// <summary>Not a time that anything is measured against: it only turns a hang into a failure.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private static readonly ReadLimits NoLimits = new(int.MaxValue);

    private readonly List<IReplicaLog> _open = [];

    /// <summary>Makes a new, empty log; it is called once or more in a test.</summary>
    protected abstract ValueTask<IReplicaLog> CreateAsync(CommitRule rule);

    /// <summary>Closes a log as its owner would. Closing again does nothing.</summary>
    protected abstract ValueTask CloseAsync(IReplicaLog log);

    /// <summary>Whether a log can be closed and opened again with what it held.</summary>
    protected virtual bool Survives => false;

    /// <summary>Closes the log and opens the same one again; only called where <see cref="Survives"/>.</summary>
    protected virtual ValueTask<IReplicaLog> ReopenAsync(IReplicaLog log) => throw new NotSupportedException("This kind of log does not survive.");

    /// <inheritdoc/>
    public virtual Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Closes the logs of the test; what else it left, the derived class removes afterwards.</summary>
    public virtual async Task DisposeAsync()
    {
        foreach (IReplicaLog log in _open)
        {
            await CloseAsync(log);
        }
    }

    private protected async Task<IReplicaLog> NewLogAsync(CommitRule rule = CommitRule.WhenDurable)
    {
        IReplicaLog log = await CreateAsync(rule);
        _open.Add(log);
        return log;
    }

    private protected async Task<IReplicaLog> OpenAgainAsync(IReplicaLog log)
    {
        _open.Remove(log);
        IReplicaLog again = await ReopenAsync(log);
        _open.Add(again);
        return again;
    }

    /// <summary>Makes a log and appends a batch of so many records for each count, one append each.</summary>
    private protected async Task<(IReplicaLog Log, byte[][] Batches)> NewLogOfAsync(CommitRule rule, params int[] counts)
    {
        IReplicaLog log = await NewLogAsync(rule);
        return (log, await AppendEachAsync(log, counts));
    }

    /// <summary>Appends a batch of so many records for each count; returns the bytes that reading must give.</summary>
    private protected static async Task<byte[][]> AppendEachAsync(ILog log, params int[] counts)
    {
        byte[][] stamped = new byte[counts.Length][];
        for (int index = 0; index < counts.Length; index++)
        {
            byte[] batch = TestBatch.Tagged($"batch {log.Watermarks.End}", counts[index]);
            AppendResult result = await log.AppendAsync(batch.ToArray());
            stamped[index] = TestBatch.Stamped(batch, result.BaseOffset);
        }

        return stamped;
    }

    /// <summary>Everything readable from <paramref name="from"/> on, or from the start.</summary>
    private protected static async Task<byte[]> ReadAllAsync(ILog log, Offset? from = null, ReadLimits? limits = null)
    {
        List<byte> all = [];
        Offset next = from ?? log.Watermarks.Start;
        while (true)
        {
            using LogSlice slice = await log.ReadAsync(next, limits ?? NoLimits);
            if (slice.Batches.IsEmpty)
            {
                return [.. all];
            }

            Assert.True(slice.NextOffset > next, $"Reading at {next} did not go on but to {slice.NextOffset}.");
            all.AddRange(slice.Batches.Span);
            next = slice.NextOffset;
        }
    }

    /// <summary>Splits what was read into batches, of which each must be whole and valid.</summary>
    private protected static List<(Offset BaseOffset, Offset NextOffset, byte[] Bytes)> Split(ReadOnlyMemory<byte> batches)
    {
        List<(Offset BaseOffset, Offset NextOffset, byte[] Bytes)> split = [];
        while (!batches.IsEmpty)
        {
            Assert.True(RecordBatchView.TryRead(batches.Span, out RecordBatchView batch), "What was read ends with a part of a batch.");
            Assert.True(batch.IsChecksumValid, $"The batch read at {batch.BaseOffset} is damaged.");
            split.Add((batch.BaseOffset, batch.NextOffset, batch.Bytes.ToArray()));
            batches = batches[batch.SizeBytes..];
        }

        return split;
    }

    private protected static async Task RefusesAsync(ErrorCode code, Func<Task> call)
    {
        LogException refusal = await Assert.ThrowsAnyAsync<LogException>(call);
        Assert.Equal(code, refusal.Code);
    }

    private protected static Task SoonAsync(ValueTask task) => task.AsTask().WaitAsync(HangGuard);

    private protected static Task SoonAsync(Task task) => task.WaitAsync(HangGuard);

    private protected static Task<T> SoonAsync<T>(ValueTask<T> task) => task.AsTask().WaitAsync(HangGuard);

    private protected static Task<T> SoonAsync<T>(Task<T> task) => task.WaitAsync(HangGuard);

    private protected static Offset At(long offset) => new(offset);

    /// <summary>What the watermarks must be once nothing is under way.</summary>
    private protected static LogWatermarks Marks(long start, long committed, long end) => new(At(start), At(committed), At(end), At(end));
}
