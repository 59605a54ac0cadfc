using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Fact]
    public async Task While_a_log_is_held_only_appends_that_expect_an_end_go_on_and_the_others_keep_their_order()
    {
        (ILog log, _) = await NewLogOfAsync(2);
        if (log is not IHoldableLog holdable)
        {
            // Where an append can expect an end it must be possible to get one in beside those that expect none.
            Assert.False(Has(LogAbilities.ConditionalAppends));
            return;
        }

        IDisposable first = holdable.HoldAppends()!;
        IDisposable second = holdable.HoldAppends()!;
        Task<AppendResult>[] waiting = [.. Enumerable.Range(0, 10).Select(index => log.AppendAsync(TestBatch.Tagged($"held {index}")).AsTask())];
        Task<AppendOutcome> tried = log.TryAppendAsync(TestBatch.Tagged("tried")).AsTask();
        byte[] passing = TestBatch.Tagged("passing", 3);
        Assert.Equal(At(2), (await SoonAsync(log.AppendAsync(passing.ToArray(), new AppendOptions(At(2))).AsTask())).BaseOffset);

        first.Dispose();
        first.Dispose();
        Assert.DoesNotContain(waiting, append => append.IsCompleted);
        Assert.Equal(At(5), log.Watermarks.End);
        second.Dispose();
        AppendResult[] results = await SoonAsync(Task.WhenAll(waiting));
        Assert.Equal(Enumerable.Range(5, 10).Select(offset => At(offset)), results.Select(result => result.BaseOffset));
        Assert.Equal(At(15), (await SoonAsync(tried)).Result.BaseOffset);
        Assert.Equal(At(16), (await log.AppendAsync(TestBatch.Tagged("after"))).BaseOffset);
    }
}
