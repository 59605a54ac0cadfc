using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Xunit;

namespace Duramen.Log.Contract;

/// <summary>
/// What every log must do that commits by itself, whatever it is made of. A kind of log passes the contract by deriving from this class and saying how a log
/// is made and closed and what it is able to do; or from <see cref="ReplicaLogContractTests"/> when it has an owner who may say what is committed, or from
/// <see cref="SurvivingLogContractTests"/> when it can be opened again besides.
/// </summary>
public abstract partial class LogContractTests : IAsyncLifetime
{
    /// <summary>Not a time that anything is measured against: it only turns a hang into a failure.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private protected static readonly ReadLimits NoLimits = new(int.MaxValue);

    private readonly List<ILog> _open = [];

    /// <summary>What this kind of log is able to do of what the contract leaves open.</summary>
    protected abstract LogAbilities Abilities { get; }

    /// <summary>The leader epoch of batches whose append chose none.</summary>
    protected virtual LeaderEpoch UnaskedEpoch => LeaderEpoch.None;

    /// <summary>Makes a new, empty log; it is called once or more in a test.</summary>
    protected abstract ValueTask<ILog> CreateAsync();

    /// <summary>Closes a log as its owner would. Closing again does nothing.</summary>
    protected abstract ValueTask CloseAsync(ILog log);

    /// <inheritdoc/>
    public virtual Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Closes the logs of the test; what else it left, the derived class removes afterwards.</summary>
    public virtual async Task DisposeAsync()
    {
        foreach (ILog log in _open)
        {
            await CloseAsync(log);
        }
    }

    private protected async Task<ILog> NewLogAsync()
    {
        ILog log = await CreateAsync();
        _open.Add(log);
        return log;
    }

    /// <summary>Makes a log and appends a batch of so many records for each count, one append each.</summary>
    private protected async Task<(ILog Log, byte[][] Batches)> NewLogOfAsync(params int[] counts)
    {
        ILog log = await NewLogAsync();
        return (log, await AppendEachAsync(log, counts));
    }

    /// <summary>Has a log closed at the end of the test, instead of another one perhaps that it was before.</summary>
    private protected void Keep(ILog log, ILog? insteadOf = null)
    {
        if (insteadOf is not null)
        {
            _open.Remove(insteadOf);
        }

        _open.Add(log);
    }

    private protected bool Has(LogAbilities ability) => Abilities.HasFlag(ability);

    /// <summary>Whether the log has an ability. Where it does not, this shows that asking for it is refused and changes nothing, and the test is over.</summary>
    private protected async Task<bool> CanAsync(LogAbilities ability, ILog log)
    {
        if (Has(ability))
        {
            return true;
        }

        LogWatermarks before = log.Watermarks;
        byte[] content = await ReadAllAsync(log);
        byte[] batch = TestBatch.Tagged("asks for too much");
        (byte[] batches, AppendOptions options) = ability switch
        {
            LogAbilities.ConditionalAppends => (batch, new AppendOptions(before.End)),
            LogAbilities.SeveralBatches => (TestBatch.Join(batch, batch), default),
            LogAbilities.ChosenEpochs => (batch, new AppendOptions(Epoch: new LeaderEpoch(9))),
            LogAbilities.UncheckedProducers => (TestBatch.From(Producer, 0, 0, 1), default),
            LogAbilities.UncheckedRecords => (TestBatch.WithBody(BatchAttributes.None, 1, 10, 10, [.. Enumerable.Repeat<byte>(0xFF, RecordLimits.MinRecordSizeBytes)]), default(AppendOptions)),
            _ => throw new ArgumentOutOfRangeException(nameof(ability), ability, "No append asks for this ability alone."),
        };
        ErrorCode expected = ability == LogAbilities.UncheckedRecords ? LogErrors.InvalidBatch : LogErrors.NotSupported;
        await RefusesAsync(expected, () => log.AppendAsync(batches.ToArray(), options).AsTask());
        await RefusesAsync(expected, () => log.TryAppendAsync(batches.ToArray(), options).AsTask());
        Assert.Equal(before, log.Watermarks);
        Assert.Equal(content, await ReadAllAsync(log));
        return false;
    }

    /// <summary>The bytes that the log must return for a batch it gave this offset, and the epoch that was chosen for it.</summary>
    private protected byte[] Stamped(byte[] batch, Offset baseOffset, LeaderEpoch? epoch = null) => TestBatch.Stamped(batch, baseOffset, epoch ?? UnaskedEpoch);

    /// <summary>Appends a batch of so many records for each count; returns the bytes that reading must give.</summary>
    private protected async Task<byte[][]> AppendEachAsync(ILog log, params int[] counts)
    {
        byte[][] stamped = new byte[counts.Length][];
        for (int index = 0; index < counts.Length; index++)
        {
            byte[] batch = TestBatch.Tagged($"batch {log.Watermarks.End}", counts[index]);
            AppendResult result = await log.AppendAsync(batch.ToArray());
            stamped[index] = Stamped(batch, result.BaseOffset);
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
