using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Machines;

namespace Duramen.State.Tests.Machines;

public sealed class MachineKeeperTests : IAsyncDisposable
{
    private readonly MemoryLog _memory = new(new LogId(new Guid("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0")), "till");
    private readonly ManualTime _time = new();
    private readonly GatedLog _log;
    private readonly MachineKeeper<Till> _keeper;

    public MachineKeeperTests()
    {
        _log = new GatedLog(_memory);
        _keeper = new MachineKeeper<Till>(() => new Till(), _log, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        await _memory.DisposeAsync();
    }

    [Fact]
    public async Task A_machine_goes_on_from_the_log_when_an_append_was_refused()
    {
        Assert.Equal(1, await _keeper.ExecuteAsync(new Till.Add("a", 1)));
        _log.NextRefusal = new LogException(LogErrors.Full, "No room.");
        StateException failure = await Assert.ThrowsAsync<StateException>(() => _keeper.ExecuteAsync(new Till.Add("a", 10)));
        Assert.Equal(StateErrors.Failed, failure.Code);
        Assert.Equal(2, await _keeper.ExecuteAsync(new Till.Add("a", 1)));
    }

    [Fact]
    public async Task A_new_host_waits_for_the_appends_of_the_one_before()
    {
        await _keeper.ExecuteAsync(new Till.Show());
        _log.HoldsAnswers = true;
        Task<long> underWay = _keeper.ExecuteAsync(new Till.Add("a", 10));
        await Assert.ThrowsAsync<StateException>(() => _keeper.ExecuteAsync(new Till.Stumble()));
        await Assert.ThrowsAsync<StateException>(() => underWay);

        Task<string> show = _keeper.ExecuteAsync(new Till.Show());
        Assert.False(show.IsCompleted);
        _log.Release();
        Assert.Equal("a=10", await show);
    }

    [Fact]
    public async Task A_host_that_was_superseded_is_not_replaced()
    {
        await _keeper.ExecuteAsync(new Till.Add("a", 1));
        await using MachineHost<Till> other = await MachineHost.OpenAsync(new Till(), _memory, _time);
        await other.ExecuteAsync(new Till.Add("a", 1));
        for (int i = 0; i < 3; i++)
        {
            StateException failure = await Assert.ThrowsAsync<StateException>(() => _keeper.ExecuteAsync(new Till.Add("a", 1)));
            Assert.Equal(StateErrors.Superseded, failure.Code);
        }

        Assert.Equal("a=2", await other.ExecuteAsync(new Till.Show()));
    }

    [Fact]
    public async Task A_closed_keeper_opens_no_host_again()
    {
        await _keeper.ExecuteAsync(new Till.Add("a", 1));
        await _keeper.DisposeAsync();
        StateException failure = await Assert.ThrowsAsync<StateException>(() => _keeper.ExecuteAsync(new Till.Show()));
        Assert.Equal(StateErrors.Closed, failure.Code);
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_is_said_to_every_caller()
    {
        await _keeper.DisposeAsync();
        await _memory.AppendAsync(Unreadable());
        await using MachineKeeper<Till> keeper = new(() => new Till(), _memory, _time);
        for (int i = 0; i < 2; i++)
        {
            StateException failure = await Assert.ThrowsAsync<StateException>(() => keeper.ExecuteAsync(new Till.Show()));
            Assert.Equal(StateErrors.Unreadable, failure.Code);
        }
    }

    private static byte[] Unreadable()
    {
        using Records.Batches.RecordBatchBuilder builder = new();
        builder.Append(ManualTime.StartMs, "a"u8.ToArray(), new byte[1]);
        return builder.Build().ToArray();
    }
}
