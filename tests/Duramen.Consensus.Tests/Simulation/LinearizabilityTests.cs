using Duramen.Core.Random;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Nodes;
using Xunit;

namespace Duramen.Consensus.Tests.Simulation;

/// <summary>The checker accepts what a register could do and finds every kind of defect that is planted.</summary>
public sealed class LinearizabilityTests
{
    [Fact]
    public void Operations_that_overlap_may_happen_in_any_order() =>
        Assert.True(IsLinearizable(Put(1, 0, 10, 20), Get(1, 0, 15), Get(0, 0, 12), Put(2, 1, 21, 30)));

    [Fact]
    public void A_read_that_misses_a_write_that_was_answered_before_it_is_found() =>
        Assert.False(IsLinearizable(Put(1, 0, 10, 20), Get(0, 21, 30)));

    [Fact]
    public void A_read_of_a_value_that_was_replaced_is_found() =>
        Assert.False(IsLinearizable(Put(1, 0, 1, 2), Put(2, 1, 3, 4), Get(1, 5, 6)));

    [Fact]
    public void Two_reads_that_go_back_in_time_are_found() =>
        Assert.False(IsLinearizable(Put(1, 0, 1, 20), Get(1, 2, 3), Get(0, 4, 5)));

    [Fact]
    public void A_read_of_a_value_from_the_future_is_found() =>
        Assert.False(IsLinearizable(Get(1, 1, 2), Put(1, 0, 3, 4)));

    [Fact]
    public void A_lost_update_is_found() =>
        Assert.False(IsLinearizable(Put(1, 0, 1, 2), Put(2, 0, 3, 4)));

    [Fact]
    public void Two_compare_and_sets_that_both_succeed_from_one_value_are_found()
    {
        Assert.False(IsLinearizable(CompareAndSet(0, 1, true, 1, 10), CompareAndSet(0, 2, true, 2, 9)));
        Assert.True(IsLinearizable(CompareAndSet(0, 1, true, 1, 10), CompareAndSet(0, 2, false, 2, 9)));
    }

    [Fact]
    public void A_write_that_was_never_answered_may_have_happened_or_not()
    {
        HistoryOperation unanswered = Put(1, 0, 1, long.MaxValue);
        Assert.True(IsLinearizable(unanswered, Get(1, 5, 6)));
        Assert.True(IsLinearizable(unanswered, Get(0, 5, 6)));
        Assert.False(IsLinearizable(unanswered, Get(1, 5, 6), Get(0, 7, 8)));
    }

    [Fact]
    public void Registers_are_judged_one_by_one()
    {
        HistoryOperation stale = Get(0, 5, 6);
        Assert.Null(Linearizability.FindKeyThatIsNot([Put(1, 0, 1, 2), stale with { Command = stale.Command with { Key = 3 } }]));
        Assert.Equal(0, Linearizability.FindKeyThatIsNot([Put(1, 0, 1, 2), stale, Put(5, 0, 3, 9) with { Command = new Command(0, 1, Operation.Put, 3, 5, 0) }]));
    }

    [Fact]
    public void Random_histories_of_a_real_register_pass_and_fail_once_an_answer_is_changed()
    {
        var chance = new Prng(11);
        for (int round = 0; round < 200; round++)
        {
            HistoryOperation[] history = RealHistory(chance, operations: 40);
            Assert.True(IsLinearizable(history));
            int victim = Array.FindLastIndex(history, operation => operation.Command.Operation == Operation.Get);
            if (victim >= 0)
            {
                history[victim] = history[victim] with { Result = 777_777 };
                Assert.False(IsLinearizable(history));
            }
        }
    }

    // Each operation takes effect at a moment of its own, and is called before and answered after it.
    private static HistoryOperation[] RealHistory(Prng chance, int operations)
    {
        long value = 0;
        var history = new HistoryOperation[operations];
        for (int i = 0; i < operations; i++)
        {
            long effect = 1000L * (i + 1);
            long invoked = (effect - chance.NextInt64(1, 4000)) * 2;
            long returned = ((effect + chance.NextInt64(1, 4000)) * 2) + 1;
            bool reads = chance.NextBool();
            history[i] = reads
                ? new HistoryOperation(new Command(i, 1, Operation.Get, 0, 0, 0), value, invoked, returned)
                : new HistoryOperation(new Command(i, 1, Operation.Put, 0, i + 1, 0), value, invoked, returned);
            value = reads ? value : i + 1;
        }

        return history;
    }

    private static bool IsLinearizable(params HistoryOperation[] history) => Linearizability.FindKeyThatIsNot(history) is null;

    private static HistoryOperation Put(long value, long before, long invoked, long returned) =>
        new(new Command(0, invoked, Operation.Put, 0, value, 0), before, invoked, returned);

    private static HistoryOperation Get(long value, long invoked, long returned) =>
        new(new Command(1, invoked, Operation.Get, 0, 0, 0), value, invoked, returned);

    private static HistoryOperation CompareAndSet(long expected, long value, bool succeeds, long invoked, long returned) =>
        new(new Command(2, invoked, Operation.CompareAndSet, 0, value, expected), succeeds ? 1 : 0, invoked, returned);
}
