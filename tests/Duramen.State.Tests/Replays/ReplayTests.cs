using System.Globalization;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;
using Duramen.State.Replays;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Store.Memory;
using Duramen.State.Tables;
using Duramen.State.Tests.Tables;

namespace Duramen.State.Tests.Replays;

public sealed class ReplayTests : IAsyncLifetime
{
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "numbers");

    public async Task InitializeAsync()
    {
        await _log.AppendAsync(("a", "1"), ("b", "10"), ("a", "2"));
        await _log.AppendAsync(("b", "20"));
        await _log.AppendAsync(("a", "3"), ("c", "100"));
    }

    public async Task DisposeAsync() => await _log.DisposeAsync();

    [Fact]
    public async Task Each_step_says_what_its_record_did()
    {
        List<string> steps = [];
        await foreach (ReplayStep step in Replay.Of(_log).Through(new Totals()).StepsAsync())
        {
            steps.Add(Describe(step));
        }

        Assert.Equal(
            [
                "0 a=1: count -:1 a -:1", "1 b=10: count 1:2 b -:10", "2 a=2: count 2:3 a 1:3",
                "3 b=20: count 3:4 b 10:30", "4 a=3: count 4:5 a 3:6", "5 c=100: count 5:6 c -:100",
            ],
            steps);
    }

    [Fact]
    public async Task The_state_at_the_end_is_that_of_the_table()
    {
        ReplayRun run = await Replay.Of(_log).Through(new Totals()).RunAsync();
        IStoreSnapshot table = await LiveTable.ComputeAsync(_log, _log.Watermarks.Committed, new Totals());

        Assert.Equal("6"u8.ToArray(), run.Get("a"u8));
        Assert.Null(run.Get("none"u8));
        Assert.Equal(_log.Watermarks.Committed, run.Position);
        using IStoreSnapshot state = run.OpenSnapshot();
        Assert.Null(ReplicaComparison.FindDivergence(state, table, run.Position));
    }

    [Fact]
    public async Task A_range_is_replayed_on_the_state_before_it()
    {
        var options = new ReplayOptions { From = new Offset(2), To = new Offset(4) };

        Assert.Equal(["2 a=2: count 2:3 a 1:3", "3 b=20: count 3:4 b 10:30"], await StepsAsync(Replay.Of(_log, options)));
    }

    [Fact]
    public async Task A_replay_ends_at_what_was_committed_when_it_began()
    {
        ReplayRun run = Replay.Of(_log, new ReplayOptions { To = new Offset(1_000) }).Through(new Totals());
        await _log.AppendAsync(("a", "4"));

        Assert.Equal(new Offset(6), (await run.RunAsync()).Position);
        Assert.Equal("6"u8.ToArray(), run.Get("count"u8));
    }

    [Fact]
    public async Task A_replay_goes_on_from_the_state_of_a_table()
    {
        IStoreSnapshot table = await LiveTable.ComputeAsync(_log, _log.Watermarks.Committed, new Totals());
        var options = new ReplayOptions { State = ReplayRun.StateOf(table, new Offset(4)) };

        ReplayRun run = Replay.Of(_log, options).Through(new Totals());

        Assert.Equal(new Offset(4), run.Position);
        Assert.Equal((await Replay.Of(_log, new ReplayOptions { To = new Offset(4) }).Through(new Totals()).RunAsync()).Digest, run.Digest);
        Assert.Equal((await Replay.Of(_log).Through(new Totals()).RunAsync()).Digest, (await run.RunAsync()).Digest);
        Assert.Equal("6"u8.ToArray(), run.Get("a"u8));
    }

    [Fact]
    public async Task A_machine_executes_its_inputs_again_and_its_replies_go_nowhere()
    {
        var store = new MemoryStore();
        var folder = new KeyframeFolder(new MemoryDisk(), "/keyframes", "adder", 1, _log.Id);
        await using (ActiveReplica replica = ActiveReplica.Open(new Adder(), _log, store, new ReplicaOptions { Keyframes = folder, KeyframeInterval = 4 }))
        {
            await replica.WaitForAsync(_log.Watermarks.Committed);
            ReplayRun run = Replay.Of(_log).Through(new Adder());
            List<string> replies = [];
            await foreach (ReplayStep step in run.StepsAsync())
            {
                replies.Add(Encoding.UTF8.GetString(step.Reply.Span));
            }

            Assert.Equal(["1", "11", "13", "33", "36", "136"], replies);
            Assert.Equal(replica.Point.Digest, run.Digest);
        }

        IVersionedStore kept = folder.Restore()!;
        ReplayRun resumed = Replay.Of(_log, new ReplayOptions { State = kept }).Through(new Adder());
        Assert.True(resumed.Position > Offset.Zero);
        Assert.Equal("136"u8.ToArray(), (await resumed.RunAsync()).Get("sum"u8));
        Assert.Equal(6, _log.Watermarks.End.Value);
    }

    [Fact]
    public async Task Who_stops_goes_on_behind_the_last_step()
    {
        ReplayRun run = Replay.Of(_log).Through(new Totals());
        await foreach (ReplayStep step in run.StepsAsync())
        {
            if (step.Offset.Value == 1)
            {
                break;
            }
        }

        Assert.Equal(new Offset(2), run.Position);
        Assert.Equal("10"u8.ToArray(), run.Get("b"u8));
        await run.RunAsync();
        Assert.Equal("6"u8.ToArray(), run.Get("count"u8));
    }

    [Fact]
    public async Task A_step_is_applied_again_to_the_state_that_it_was_applied_to()
    {
        var totals = new Totals();
        ReplayRun run = Replay.Of(_log).Through(totals);
        ReplayStep? third = null;
        await foreach (ReplayStep step in run.StepsAsync())
        {
            third = step.Offset.Value == 2 ? step : third;
        }

        Assert.Equal(Describe(third!), Describe(run.Repeat(third!)));
        Assert.Equal("6"u8.ToArray(), run.Get("count"u8));
    }

    [Fact]
    public async Task Code_that_fails_is_named_with_the_record_and_the_line()
    {
        await _log.AppendAsync(("a", "three"));
        ReplayRun run = Replay.Of(_log).Through(new Totals());

        StateException error = await Assert.ThrowsAsync<StateException>(() => run.RunAsync());

        Assert.Equal(StateErrors.ReplayFailed, error.Code);
        Assert.Matches(@"^'totals' failed at the record at offset 6 of log 'numbers' with FormatException in .*Totals\.cs:\d+: ", error.Message);
        Assert.Equal("6"u8.ToArray(), run.Get("a"u8));
        Assert.Equal(new Offset(6), run.Position);
    }

    [Fact]
    public async Task What_is_not_deterministic_is_found_at_its_first_record_when_each_is_applied_twice()
    {
        var options = new ReplayOptions { AppliesTwice = true };
        await Replay.Of(_log, options).Through(new Totals()).RunAsync();

        StateException error = await Assert.ThrowsAsync<StateException>(() => Replay.Of(_log, options).Through(new Counting()).RunAsync());

        Assert.Equal(StateErrors.Nondeterministic, error.Code);
        Assert.Contains("offset 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_logs_own_machinery_wrote_is_neither_replayed_nor_missing()
    {
        using (var builder = new RecordBatchBuilder())
        {
            builder.SetProducer(new ProducerId(9), 3, -1);
            builder.AppendControl(new ControlRecord(ControlRecordType.Commit, CoordinatorEpoch: 1), timestampMs: 0);
            await _log.AppendAsync(builder.Build());
        }

        await _log.AppendAsync(("a", "4"));

        List<string> steps = await StepsAsync(Replay.Of(_log, new ReplayOptions { From = new Offset(5) }));
        ReplayRun run = await Replay.Of(_log).Through(new Totals()).RunAsync();

        Assert.Equal(2, steps.Count);
        Assert.Equal((new Offset(8), 0), (run.Position, run.Missing));
    }

    [Fact]
    public async Task The_record_of_a_step_is_whole()
    {
        await using var log = new MemoryLog(new LogId(Guid.NewGuid()), "whole");
        using (var builder = new RecordBatchBuilder { Codec = Records.Compression.CompressionCodec.Gzip })
        {
            builder.Append(5_000, null, "x"u8, [new RecordHeader("h", "1"u8.ToArray()), new RecordHeader("h", null)]);
            builder.Append(4_000, "k"u8, null);
            await log.AppendAsync(builder.Build());
        }

        List<ReplayStep> steps = [];
        await foreach (ReplayStep step in Replay.Of(log).Through(new Adder()).StepsAsync())
        {
            steps.Add(step);
        }

        Assert.Equal((5_000, true, "x"), (steps[0].Record.TimestampMs, steps[0].Record.Key.IsNull, Encoding.UTF8.GetString(steps[0].Record.Value)));
        Assert.True(steps[0].Record.Headers.TryGetLast("h"u8, out NullableBytes header) && header.IsNull);
        Assert.Equal((4_000, "k", true), (steps[1].Record.TimestampMs, Encoding.UTF8.GetString(steps[1].Record.Key), steps[1].Record.Value.IsNull));
    }

    [Fact]
    public async Task Records_that_were_trimmed_are_missed()
    {
        IStoreSnapshot table = await LiveTable.ComputeAsync(_log, _log.Watermarks.Committed, new Totals());
        IVersionedStore state = ReplayRun.StateOf(table, new Offset(1));
        await _log.TrimAsync(new Offset(3));

        TableException error = await Assert.ThrowsAsync<TableException>(() => Replay.Of(_log, new ReplayOptions { State = state }).Through(new Totals()).RunAsync());
        Assert.Equal(TableErrors.Overtaken, error.Code);
        Assert.Equal("3"u8.ToArray(), (await Replay.Of(_log).Through(new Totals()).RunAsync()).Get("count"u8));
    }

    private static async Task<List<string>> StepsAsync(Replay replay)
    {
        List<string> steps = [];
        await foreach (ReplayStep step in replay.Through(new Totals()).StepsAsync())
        {
            steps.Add(Describe(step));
        }

        return steps;
    }

    private static string Describe(ReplayStep step)
    {
        string changes = string.Join(' ', step.Changes.Select(change => $"{Text(change.Key)} {Text(change.Before)}:{Text(change.After)}"));
        return $"{step.Offset} {Encoding.UTF8.GetString(step.Record.Key)}={Encoding.UTF8.GetString(step.Record.Value)}: {changes}";
    }

    private static string Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : "-";

    /// <summary>Adds up its inputs, where they are numbers, and replies the sum.</summary>
    private sealed class Adder : IStateMachine
    {
        public string Name => "adder";

        public int Version => 1;

        public void Execute(MachineInput input, MachineState state)
        {
            long sum = state.TryGet("sum"u8, out ReadOnlySpan<byte> before) ? long.Parse(before, CultureInfo.InvariantCulture) : 0;
            sum += long.TryParse(input.Bytes, CultureInfo.InvariantCulture, out long number) ? number : 0;
            byte[] text = Encoding.UTF8.GetBytes(sum.ToString(CultureInfo.InvariantCulture));
            state.Put("sum"u8, text);
            state.Reply(text);
        }
    }

    /// <summary>Counts its own calls, from the fourth record on.</summary>
    private sealed class Counting : IProjection
    {
        private int _calls;

        public string Name => "counting";

        public int Version => 1;

        public void Apply(int source, RecordView record, TableChanges changes) =>
            changes.Put(record.Key.Span, Encoding.UTF8.GetBytes((record.Offset.Value < 3 ? 0 : ++_calls).ToString(CultureInfo.InvariantCulture)));
    }
}
