using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

/// <summary>What a log must do besides whose owner may say what is committed and take back what is not. It is able to do everything else.</summary>
public abstract partial class ReplicaLogContractTests : LogContractTests
{
    /// <inheritdoc/>
    protected sealed override LogAbilities Abilities => LogAbilities.All;

    /// <summary>Makes a new, empty log; it is called once or more in a test.</summary>
    protected abstract ValueTask<IReplicaLog> CreateAsync(CommitRule rule);

    /// <inheritdoc/>
    protected sealed override async ValueTask<ILog> CreateAsync() => await CreateAsync(CommitRule.WhenDurable);

    /// <summary>Closes a log as its owner would. Closing again does nothing.</summary>
    protected abstract ValueTask CloseAsync(IReplicaLog log);

    /// <inheritdoc/>
    protected sealed override ValueTask CloseAsync(ILog log) => CloseAsync((IReplicaLog)log);

    /// <summary>Whether a log can be closed and opened again with what it held.</summary>
    protected virtual bool Survives => false;

    /// <summary>Closes the log and opens the same one again; only called where <see cref="Survives"/>.</summary>
    protected virtual ValueTask<IReplicaLog> ReopenAsync(IReplicaLog log) => throw new NotSupportedException("This kind of log does not survive.");

    [Theory]
    [InlineData(CommitRule.WhenDurable)]
    [InlineData(CommitRule.WhenTold)]
    public async Task A_new_log_is_empty_and_has_the_rule_it_was_made_with(CommitRule rule)
    {
        IReplicaLog log = await NewLogAsync(rule);

        Assert.Equal(rule, log.CommitRule);
        Assert.Equal(Marks(0, 0, 0), log.Watermarks);
        Assert.Empty(await ReadAllAsync(log));
    }

    [Theory]
    [InlineData(CommitRule.WhenDurable, 3)]
    [InlineData(CommitRule.WhenTold, 0)]
    public async Task An_append_is_durable_when_it_returns_and_committed_as_the_rule_says(CommitRule rule, long committed)
    {
        IReplicaLog log = await NewLogAsync(rule);

        await log.AppendAsync(TestBatch.Tagged("a", 3));

        Assert.Equal(Marks(0, committed, 3), log.Watermarks);
    }

    [Fact]
    public async Task A_cancelled_token_refuses_whatever_is_asked_of_a_log_with_an_owner()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 1, 1);
        log.AdvanceCommitted(At(1));
        CancellationToken cancelled = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.AppendAsync(TestBatch.Tagged("a"), default, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.TryAppendAsync(TestBatch.Tagged("a"), default, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.TruncateAsync(At(1), cancelled).AsTask());

        Assert.Equal(Marks(0, 1, 2), log.Watermarks);
        Assert.Equal(batches[0], await ReadAllAsync(log));
    }

    [Fact]
    public async Task A_closed_log_refuses_its_owner()
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenTold, 1);
        log.AdvanceCommitted(At(1));

        await CloseAsync(log);

        await RefusesAsync(LogErrors.Closed, () => log.TryAppendAsync(TestBatch.Tagged("late"), new AppendOptions(At(99))).AsTask());
        await RefusesAsync(LogErrors.Closed, () => log.TruncateAsync(At(1)).AsTask());
        await RefusesAsync(LogErrors.Closed, () => Task.Run(() => log.AdvanceCommitted(At(1))));
        Assert.Equal(Marks(0, 1, 1), log.Watermarks);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task A_random_walk_of_operations_on_a_log_that_is_told_gives_what_a_plain_list_gives(int seed) =>
        await WalkAsync(new ReplicaWalk(this, CommitRule.WhenTold, seed, await NewLogAsync(CommitRule.WhenTold)));

    /// <inheritdoc/>
    private protected sealed override Walk NewWalk(int seed, ILog log) => new ReplicaWalk(this, CommitRule.WhenDurable, seed, (IReplicaLog)log);

    private protected async Task<IReplicaLog> NewLogAsync(CommitRule rule)
    {
        IReplicaLog log = await CreateAsync(rule);
        Keep(log);
        return log;
    }

    private protected async Task<IReplicaLog> OpenAgainAsync(IReplicaLog log)
    {
        IReplicaLog again = await ReopenAsync(log);
        Keep(again, insteadOf: log);
        return again;
    }

    /// <summary>Makes a log and appends a batch of so many records for each count, one append each.</summary>
    private protected async Task<(IReplicaLog Log, byte[][] Batches)> NewLogOfAsync(CommitRule rule, params int[] counts)
    {
        IReplicaLog log = await NewLogAsync(rule);
        return (log, await AppendEachAsync(log, counts));
    }

    /// <summary>A walk that also does what only the owner of a log may do.</summary>
    private sealed class ReplicaWalk(ReplicaLogContractTests contract, CommitRule rule, int seed, IReplicaLog log) : Walk(contract, rule, seed, log)
    {
        private readonly ReplicaLogContractTests _contract = contract;
        private readonly CommitRule _rule = rule;
        private IReplicaLog _replica = log;

        protected override IReadOnlyList<string> Operations =>
        [
            .. base.Operations,
            "truncate",
            .. _rule == CommitRule.WhenTold ? ["advance", "advance"] : Array.Empty<string>(),
            .. _contract.Survives ? ["reopen"] : Array.Empty<string>(),
        ];

        public override Task DoAsync(string operation) => operation switch
        {
            "truncate" => TruncateAsync(),
            "advance" => AdvanceAsync(),
            "reopen" => ReopenAsync(),
            _ => base.DoAsync(operation),
        };

        private async Task TruncateAsync()
        {
            long newEnd = Random.Next(4) == 0 ? RandomOffset() : Model.End - Random.Next(4);
            await DoOrRefuseAsync(Model.Truncate(newEnd), () => _replica.TruncateAsync(At(newEnd)).AsTask());
        }

        private Task AdvanceAsync()
        {
            long told = RandomOffset();
            Model.Advance(told);
            _replica.AdvanceCommitted(At(told));
            return Task.CompletedTask;
        }

        private async Task ReopenAsync()
        {
            _replica = await _contract.OpenAgainAsync(_replica);
            Log = _replica;
            if (_rule == CommitRule.WhenTold)
            {
                Assert.InRange(_replica.Watermarks.Committed.Value, Model.Start, Model.Committed);
                _replica.AdvanceCommitted(At(Model.Committed));
            }
        }
    }
}
