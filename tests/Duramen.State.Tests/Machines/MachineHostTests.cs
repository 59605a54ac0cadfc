using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Machines;

namespace Duramen.State.Tests.Machines;

public sealed class MachineHostTests : IAsyncDisposable
{
    private static readonly LogId AnyId = new(new Guid("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"));

    private readonly MemoryLog _log = new(AnyId, "till");
    private readonly ManualTime _time = new();
    private readonly Till _till = new();

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Commands_are_decided_in_the_order_in_which_they_were_given()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        Task<long>[] replies = [.. Enumerable.Range(1, 200).Select(_ => host.ExecuteAsync(new Till.Add("a", 1)))];
        Assert.Equal(Enumerable.Range(1, 200).Select(count => (long)count), await Task.WhenAll(replies));
    }

    [Fact]
    public async Task Commands_from_many_threads_are_decided_one_at_a_time()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        IEnumerable<Task<long[]>> threads = Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
            Task.WhenAll(Enumerable.Range(0, 250).Select(_ => host.ExecuteAsync(new Till.Add("a", 1))))));
        long[] seen = [.. (await Task.WhenAll(threads)).SelectMany(replies => replies)];
        Assert.Equal(Enumerable.Range(1, 2000).Select(count => (long)count), seen.Order());
    }

    [Fact]
    public async Task A_host_that_opens_again_replays_what_the_last_one_decided()
    {
        await using (MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time))
        {
            await host.ExecuteAsync(new Till.Add("a", 5));
            await host.ExecuteAsync(new Till.Add("b", 7));
            await host.ExecuteAsync(new Till.Move("b", "a", 2));
            await host.ExecuteAsync(new Till.Add("b", -5));
        }

        Till again = new();
        await using MachineHost<Till> next = await MachineHost.OpenAsync(again, _log, _time);
        Assert.Equal("a=7", await next.ExecuteAsync(new Till.Show()));
        Assert.Equal(_till.Applied, again.Applied);
        Assert.Equal(8, await next.ExecuteAsync(new Till.Add("a", 1)));
    }

    [Fact]
    public async Task A_reply_is_parked_until_its_records_are_committed()
    {
        MemoryLog log = new(AnyId, "till", CommitRule.WhenTold);
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Task<long> first = host.ExecuteAsync(new Till.Add("a", 1));
        Task<long> second = host.ExecuteAsync(new Till.Add("a", 1));
        Assert.False(first.IsCompleted);

        log.AdvanceCommitted(new Offset(1));
        Assert.Equal(1, await first);
        Assert.False(second.IsCompleted);

        log.AdvanceCommitted(new Offset(2));
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task A_question_sees_what_is_not_committed_and_is_answered_when_that_is()
    {
        MemoryLog log = new(AnyId, "till", CommitRule.WhenTold);
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Assert.Equal("", await host.ExecuteAsync(new Till.Show()));

        Task<long> add = host.ExecuteAsync(new Till.Add("a", 1));
        Task<string> show = host.ExecuteAsync(new Till.Show());
        Assert.Equal("a=1", _till.Content);
        Assert.False(show.IsCompleted);

        log.AdvanceCommitted(new Offset(1));
        Assert.Equal("a=1", await show);
        Assert.Equal(1, await add);
    }

    [Fact]
    public async Task Commands_do_not_wait_for_the_appends_before_them_and_are_appended_together_behind_them()
    {
        GatedLog log = new(_log) { HoldsAnswers = true };
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Task<long>[] replies = [.. Enumerable.Range(0, 3).Select(_ => host.ExecuteAsync(new Till.Add("a", 1)))];
        Assert.Equal("a=3", _till.Content);
        Assert.Equal(new Offset(1), _log.Watermarks.End);
        Assert.All(replies, reply => Assert.False(reply.IsCompleted));

        log.Release();
        Assert.Equal(1, await replies[0]);
        log.Release();
        long[] given = await Task.WhenAll(replies);
        Assert.Equal([1, 2, 3], given);
        Assert.Equal(new Offset(3), _log.Watermarks.End);
    }

    [Fact]
    public async Task The_records_of_a_decision_are_one_batch()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        await host.ExecuteAsync(new Till.Move("a", "b", 1));
        using LogSlice slice = await _log.ReadAsync(Offset.Zero, ReadLimits.Default);
        Assert.True(RecordBatchView.TryRead(slice.Batches.Span, out RecordBatchView batch));
        Assert.Equal(2, batch.RecordCount);
        Assert.Equal(slice.Batches.Length, batch.SizeBytes);
    }

    [Fact]
    public async Task A_refused_append_stops_the_host_and_the_next_one_agrees_with_the_log()
    {
        GatedLog log = new(_log);
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        await host.ExecuteAsync(new Till.Add("a", 1));
        Task<string> parked = host.ExecuteAsync(new Till.WaitFor("a", 100, 60_000));

        log.NextRefusal = new LogException(LogErrors.Full, "No room.");
        StateException failure = await Assert.ThrowsAsync<StateException>(() => host.ExecuteAsync(new Till.Add("a", 10)));
        Assert.Equal(StateErrors.Failed, failure.Code);
        Assert.Equal(LogErrors.Full, Assert.IsType<LogException>(failure.InnerException).Code);
        Assert.Equal(StateErrors.Failed, (await Assert.ThrowsAsync<StateException>(() => parked)).Code);
        Assert.Equal(StateErrors.Failed, (await Assert.ThrowsAsync<StateException>(() => host.ExecuteAsync(new Till.Show()))).Code);
        Assert.Equal(StateErrors.Failed, host.Failure?.Code);
        await host.DisposeAsync();

        await using MachineHost<Till> next = await MachineHost.OpenAsync(new Till(), _log, _time);
        Assert.Equal("a=1", await next.ExecuteAsync(new Till.Show()));
    }

    [Fact]
    public async Task What_was_decided_on_a_refused_append_never_gets_into_the_log()
    {
        GatedLog log = new(_log) { HoldsAnswers = true, NextRefusal = new LogException(LogErrors.Full, "No room.") };
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Task<long> refused = host.ExecuteAsync(new Till.Add("a", 10));
        Task<long> after = host.ExecuteAsync(new Till.Add("a", 1));
        log.Release();
        log.Release();
        Assert.Equal(StateErrors.Failed, (await Assert.ThrowsAsync<StateException>(() => refused)).Code);
        Assert.Equal(StateErrors.Failed, (await Assert.ThrowsAsync<StateException>(() => after)).Code);
        Assert.Equal(Offset.Zero, _log.Watermarks.End);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_is_appended_behind_a_foreign_append_of_the_same_length(int appendsBefore)
    {
        // The log then ends where the host expects it to end two commands later.
        GatedLog log = new(_log) { HoldsAnswers = true };
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        List<Task<long>> calls = [.. Enumerable.Range(0, appendsBefore).Select(_ => host.ExecuteAsync(new Till.Add("a", 1)))];
        log.BeforeAppend = () => ((ILog)_log).AppendAsync(Batch("foreign")).AsTask().Wait();
        calls.AddRange(Enumerable.Range(0, 4).Select(_ => host.ExecuteAsync(new Till.Add("a", 1))));
        calls.ForEach(_ => log.Release());
        Assert.Equal(StateErrors.Superseded, (await Assert.ThrowsAsync<StateException>(() => calls[^1])).Code);
        await using MachineHost<Till> next = await MachineHost.OpenAsync(new Till(), _log, _time);
        int kept = calls.Count(call => call.IsCompletedSuccessfully);
        Assert.Equal(kept == 0 ? "foreign=0" : $"a={kept}, foreign=0", await next.ExecuteAsync(new Till.Show()));
    }

    [Fact]
    public async Task Replies_before_a_refused_append_are_still_given()
    {
        GatedLog log = new(_log) { HoldsAnswers = true };
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Task<long> before = host.ExecuteAsync(new Till.Add("a", 1));
        log.NextRefusal = new LogException(LogErrors.Full, "No room.");
        Task<long> refused = host.ExecuteAsync(new Till.Add("a", 10));
        log.Release();
        log.Release();
        Assert.Equal(1, await before);
        await Assert.ThrowsAsync<StateException>(() => refused);
    }

    [Fact]
    public async Task Of_two_hosts_on_one_log_only_one_goes_on()
    {
        await using MachineHost<Till> old = await MachineHost.OpenAsync(_till, _log, _time);
        await using MachineHost<Till> taken = await MachineHost.OpenAsync(new Till(), _log, _time);
        Assert.Equal(1, await taken.ExecuteAsync(new Till.Add("a", 1)));
        StateException failure = await Assert.ThrowsAsync<StateException>(() => old.ExecuteAsync(new Till.Add("a", 10)));
        Assert.Equal(StateErrors.Superseded, failure.Code);
        Assert.Equal("a=1", await taken.ExecuteAsync(new Till.Show()));
        Assert.Equal(new Offset(1), _log.Watermarks.End);
    }

    [Fact]
    public async Task A_record_that_the_machine_cannot_apply_never_gets_into_its_log()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        StateException failure = await Assert.ThrowsAsync<StateException>(() => host.ExecuteAsync(new Till.Garble()));
        Assert.Equal(StateErrors.Failed, failure.Code);
        Assert.Equal(Offset.Zero, _log.Watermarks.End);
    }

    [Fact]
    public async Task A_command_that_throws_stops_the_host()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        StateException failure = await Assert.ThrowsAsync<StateException>(() => host.ExecuteAsync(new Till.Stumble()));
        Assert.Equal(StateErrors.Failed, failure.Code);
        Assert.Contains("A bug.", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StateException>(() => host.ExecuteAsync(new Till.Show()));
    }

    [Fact]
    public async Task A_log_with_a_record_of_something_else_is_refused_with_its_offset()
    {
        using RecordBatchBuilder builder = new();
        builder.Append(ManualTime.StartMs, "a"u8.ToArray(), new byte[8]);
        builder.Append(ManualTime.StartMs, "b"u8.ToArray(), new byte[3]);
        await _log.AppendAsync(builder.Build());
        StateException failure = await Assert.ThrowsAsync<StateException>(async () => await MachineHost.OpenAsync(_till, _log, _time));
        Assert.Equal(StateErrors.Unreadable, failure.Code);
        Assert.Contains("offset 1 ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_begins_at_the_start_of_the_log_even_inside_a_batch()
    {
        using RecordBatchBuilder builder = new();
        builder.Append(ManualTime.StartMs, "a"u8.ToArray(), new byte[8]);
        builder.Append(ManualTime.StartMs, "b"u8.ToArray(), new byte[8]);
        await _log.AppendAsync(builder.Build());
        await _log.TrimAsync(new Offset(1));
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        Assert.Equal("b=0", await host.ExecuteAsync(new Till.Show()));
    }

    [Fact]
    public async Task A_fold_ends_where_it_is_told_to_or_with_the_batch_that_this_is_in()
    {
        await using (MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time))
        {
            await host.ExecuteAsync(new Till.Add("a", 1));
            await host.ExecuteAsync(new Till.Move("a", "b", 1));
            await host.ExecuteAsync(new Till.Add("c", 1));
        }

        foreach ((long until, long end) in new[] { (0L, 0L), (1, 1), (2, 3), (3, 3), (4, 4) })
        {
            Till till = new();
            Assert.Equal(new Offset(end), await LogFold.RunAsync(till, _log, Offset.Zero, new Offset(until)));
            Assert.Equal(end, till.Applied.Count);
        }
    }

    [Fact]
    public async Task A_host_takes_no_command_before_everything_in_its_log_is_committed()
    {
        MemoryLog log = new(AnyId, "till", CommitRule.WhenTold);
        await using (MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time))
        {
            _ = host.ExecuteAsync(new Till.Add("a", 1));
        }

        Task<MachineHost<Till>> opening = MachineHost.OpenAsync(new Till(), log, _time).AsTask();
        Assert.False(opening.IsCompleted);
        log.AdvanceCommitted(new Offset(1));
        await using MachineHost<Till> next = await opening;
        Assert.Equal("a=1", await next.ExecuteAsync(new Till.Show()));
    }

    [Fact]
    public async Task A_command_can_answer_calls_that_were_parked_and_all_wait_for_its_records()
    {
        MemoryLog log = new(AnyId, "till", CommitRule.WhenTold);
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Task<string> one = host.ExecuteAsync(new Till.WaitFor("a", 1, 60_000));
        Task<string> two = host.ExecuteAsync(new Till.WaitFor("a", 2, 60_000));
        Task<string> three = host.ExecuteAsync(new Till.WaitFor("a", 3, 60_000));
        _ = host.ExecuteAsync(new Till.Add("a", 2));
        Assert.False(one.IsCompleted || two.IsCompleted || three.IsCompleted);

        log.AdvanceCommitted(new Offset(1));
        Assert.Equal("enough", await one);
        Assert.Equal("enough", await two);
        Assert.False(three.IsCompleted);
    }

    [Fact]
    public async Task A_deadline_ticks_the_machine_when_it_has_passed()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        Task<string> later = host.ExecuteAsync(new Till.WaitFor("a", 1, 5_000));
        Task<string> sooner = host.ExecuteAsync(new Till.WaitFor("b", 1, 2_000));
        _time.Advance(1_999);
        Assert.False(sooner.IsCompleted);
        _time.Advance(1);
        Assert.Equal("late", await sooner);
        Assert.False(later.IsCompleted);
        _time.Advance(3_000);
        Assert.Equal("late", await later);
        Assert.Equal("late a=1, late b=1", await host.ExecuteAsync(new Till.Show()));
    }

    [Fact]
    public async Task A_deadline_that_moves_away_costs_no_change_of_the_timer()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        Task<string> waiting = host.ExecuteAsync(new Till.WaitFor("a", 1, 1_000));
        await host.ExecuteAsync(new Till.Add("a", 1));
        Assert.Equal("enough", await waiting);
        Task<string> next = host.ExecuteAsync(new Till.WaitFor("b", 1, 5_000));
        Assert.Equal(1, _time.TimerChanges);
        _time.Advance(1_000);
        Assert.False(next.IsCompleted);
        _time.Advance(4_000);
        Assert.Equal("late", await next);
    }

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public async Task A_wall_clock_that_is_set_moves_no_deadline(long stepMs)
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        Task<string> waiting = host.ExecuteAsync(new Till.WaitFor("a", 1, 5_000));
        _time.StepWallClock(stepMs);
        _time.Advance(4_999);
        Assert.Equal(ManualTime.StartMs + 4_999, await host.ExecuteAsync(new Till.AskTime()));
        Assert.False(waiting.IsCompleted);
        _time.Advance(1);
        Assert.Equal("late", await waiting);
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_does_not_stop_its_command()
    {
        MemoryLog log = new(AnyId, "till", CommitRule.WhenTold);
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        using CancellationTokenSource leaving = new();
        Task<long> left = host.ExecuteAsync(new Till.Add("a", 1), leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        log.AdvanceCommitted(new Offset(1));
        Assert.Equal("a=1", await host.ExecuteAsync(new Till.Show()));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.ExecuteAsync(new Till.Add("a", 1), leaving.Token));
        Assert.Equal(new Offset(1), log.Watermarks.End);
    }

    [Fact]
    public async Task Closing_gives_the_replies_under_way_and_refuses_the_parked_ones()
    {
        GatedLog log = new(_log) { HoldsAnswers = true };
        MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Task<string> parked = host.ExecuteAsync(new Till.WaitFor("a", 100, 60_000));
        Task<long> underWay = host.ExecuteAsync(new Till.Add("a", 1));
        Task closing = host.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        Assert.Equal(StateErrors.Closed, (await Assert.ThrowsAsync<StateException>(() => host.ExecuteAsync(new Till.Show()))).Code);

        log.Release();
        await closing;
        Assert.Equal(1, await underWay);
        Assert.Equal(StateErrors.Closed, (await Assert.ThrowsAsync<StateException>(() => parked)).Code);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Closing_does_not_wait_for_a_commit_that_nobody_may_ever_tell()
    {
        MemoryLog log = new(AnyId, "till", CommitRule.WhenTold);
        MachineHost<Till> host = await MachineHost.OpenAsync(_till, log, _time);
        Task<long> add = host.ExecuteAsync(new Till.Add("a", 1));
        Task<string> show = host.ExecuteAsync(new Till.Show());
        await host.DisposeAsync();
        Assert.Equal(StateErrors.Closed, (await Assert.ThrowsAsync<StateException>(() => add)).Code);
        Assert.Equal(StateErrors.Closed, (await Assert.ThrowsAsync<StateException>(() => show)).Code);
    }

    [Fact]
    public async Task A_log_that_is_closed_stops_its_host()
    {
        await using MachineHost<Till> host = await MachineHost.OpenAsync(_till, _log, _time);
        await _log.DisposeAsync();
        StateException failure = await Assert.ThrowsAsync<StateException>(() => host.ExecuteAsync(new Till.Add("a", 1)));
        Assert.Equal(LogErrors.Closed, Assert.IsType<LogException>(failure.InnerException).Code);
    }

    private static byte[] Batch(string key)
    {
        using RecordBatchBuilder builder = new();
        builder.Append(ManualTime.StartMs, Encoding.UTF8.GetBytes(key), new byte[8]);
        return builder.Build().ToArray();
    }
}
