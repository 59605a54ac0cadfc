using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Fact]
    public async Task An_append_that_expects_the_end_is_appended()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(2);
        if (!await CanAsync(LogAbilities.ConditionalAppends, log))
        {
            return;
        }

        byte[] more = TestBatch.Tagged("more", 3);

        AppendResult result = await log.AppendAsync(more.ToArray(), new AppendOptions(At(2)));
        AppendOutcome outcome = await log.TryAppendAsync(more.ToArray(), new AppendOptions(At(5)));

        Assert.Equal(new AppendResult(At(2), At(5)), result);
        Assert.True(outcome.Appended);
        Assert.Equal(new AppendResult(At(5), At(8)), outcome.Result);
        Assert.Equal(TestBatch.Join(batches[0], Stamped(more, At(2)), Stamped(more, At(5))), await ReadAllAsync(log));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task An_append_that_expects_another_end_conflicts_and_appends_nothing(long expected)
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(2);
        if (!await CanAsync(LogAbilities.ConditionalAppends, log))
        {
            return;
        }

        AppendOptions options = new(At(expected));

        await RefusesAsync(LogErrors.Conflict, () => log.AppendAsync(TestBatch.Tagged("late"), options).AsTask());
        AppendOutcome outcome = await log.TryAppendAsync(TestBatch.Tagged("late"), options);

        Assert.False(outcome.Appended);
        Assert.Equal(At(2), outcome.ActualEnd);
        Assert.Equal(Marks(0, 2, 2), log.Watermarks);
        Assert.Equal(TestBatch.Join(batches), await ReadAllAsync(log));
    }

    [Fact]
    public async Task Trying_to_append_without_an_expected_end_appends()
    {
        ILog log = await NewLogAsync();

        AppendOutcome outcome = await log.TryAppendAsync(TestBatch.Tagged("a", 2));

        Assert.True(outcome.Appended);
        Assert.Equal(new AppendResult(At(0), At(2)), outcome.Result);
        Assert.Equal(Stamped(TestBatch.Tagged("a", 2), At(0)), await ReadAllAsync(log));
    }

    [Fact]
    public async Task A_chain_of_conditional_appends_under_way_at_once_all_succeed()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.ConditionalAppends, log))
        {
            return;
        }

        Task<AppendResult>[] chain = [.. Enumerable.Range(0, 50).Select(index =>
            log.AppendAsync(TestBatch.Tagged($"link {index}"), new AppendOptions(At(index))).AsTask())];

        AppendResult[] results = await SoonAsync(Task.WhenAll(chain));

        Assert.Equal(Enumerable.Range(0, 50).Select(index => At(index)), results.Select(result => result.BaseOffset));
    }

    [Fact]
    public async Task Of_a_hundred_appends_that_expect_the_same_end_exactly_one_wins()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(3);
        if (!await CanAsync(LogAbilities.ConditionalAppends, log))
        {
            return;
        }

        byte[][] contenders = [.. Enumerable.Range(0, 100).Select(index => TestBatch.Tagged($"contender {index}", 2))];
        Task<AppendOutcome>[] race = [.. contenders.Select(batch =>
            Task.Run(() => log.TryAppendAsync(batch.ToArray(), new AppendOptions(At(3))).AsTask()))];

        AppendOutcome[] outcomes = await SoonAsync(Task.WhenAll(race));

        int winner = Array.FindIndex(outcomes, outcome => outcome.Appended);
        Assert.Single(outcomes, outcome => outcome.Appended);
        Assert.All(outcomes.Where(outcome => !outcome.Appended), outcome => Assert.Equal(At(5), outcome.ActualEnd));
        Assert.Equal(TestBatch.Join(batches[0], Stamped(contenders[winner], At(3))), await ReadAllAsync(log));
    }
}
