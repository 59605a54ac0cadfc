using Duramen.Broker.Connections;

namespace Duramen.Broker.Tests.Connections;

public sealed class ByteBudgetTests
{
    [Fact]
    public async Task Who_asks_for_more_than_there_is_waits_and_those_behind_wait_too()
    {
        var budget = new ByteBudget(100);
        await budget.AcquireAsync(80, CancellationToken.None);
        ValueTask large = budget.AcquireAsync(50, CancellationToken.None);
        ValueTask small = budget.AcquireAsync(10, CancellationToken.None);
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted);
        budget.Release(80);
        await large;
        await small;
        Assert.Equal(60, budget.UsedBytes);
    }

    [Fact]
    public async Task A_request_larger_than_the_budget_is_let_through_alone()
    {
        var budget = new ByteBudget(100);
        await budget.AcquireAsync(1, CancellationToken.None);
        ValueTask huge = budget.AcquireAsync(1000, CancellationToken.None);
        Assert.False(huge.IsCompleted);
        budget.Release(1);
        await huge;
        Assert.Equal(1000, budget.UsedBytes);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nothing_and_holds_up_nobody()
    {
        var budget = new ByteBudget(100);
        await budget.AcquireAsync(90, CancellationToken.None);
        using var patience = new CancellationTokenSource();
        ValueTask first = budget.AcquireAsync(50, patience.Token);
        ValueTask second = budget.AcquireAsync(20, CancellationToken.None);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first);
        budget.Release(30);
        await second;
        Assert.Equal(80, budget.UsedBytes);
    }
}
