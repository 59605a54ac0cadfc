using System.Globalization;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;
using Duramen.State.Machines;

namespace Duramen.State.Tests.Machines;

/// <summary>A host keeps the state of its machine now and then, and the next one goes on from there.</summary>
public sealed class MachineKeyframeTests
{
    private static readonly LogId AnyId = new(new Guid("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"));

    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(AnyId, "till");
    private readonly List<string> _notices = [];

    [Fact]
    public async Task A_host_goes_on_from_the_newest_keyframe_and_folds_what_came_after_it()
    {
        await RunAsync(250, interval: 100);
        Till till = new();
        await using MachineHost<Till> host = await OpenAsync(till);
        Assert.Equal(50, till.Applied.Count);
        Assert.StartsWith("200 ", till.Applied[0], StringComparison.Ordinal);
        Assert.Equal(await ReplayedAsync(), till.Content);
        Assert.Equal(await ExpectedAsync("n3") + 1, await host.ExecuteAsync(new Till.Add("n3", 1)));
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task The_policy_says_which_keyframes_stay()
    {
        await RunAsync(1_000, interval: 50, new KeyframePolicy { Newest = 2, Spacing = 300 });
        Assert.Equal([50, 300, 600, 900, 950, 1_000], Folder().List().Select(keyframe => keyframe.Position.Value));
    }

    [Fact]
    public async Task Where_the_newest_keyframe_is_damaged_the_one_before_is_used_and_that_is_said()
    {
        await RunAsync(350, interval: 100);
        for (int damaged = 1; damaged <= 3; damaged++)
        {
            Damage(Folder().List()[^damaged]);
            _notices.Clear();
            Till till = new();
            await using MachineHost<Till> host = await OpenAsync(till, interval: 1_000);
            Assert.Equal(50 + (damaged * 100), till.Applied.Count);
            Assert.Equal(await ReplayedAsync(), till.Content);
            Assert.Equal(damaged, _notices.Count(notice => notice.Contains("damaged", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Hosts_that_got_somewhere_in_different_ways_keep_the_same_digest_there()
    {
        await RunAsync(400, interval: 100, new KeyframePolicy { Newest = 10 });
        IReadOnlyList<Keyframe> kept = Folder().List();

        // The same records once more, folded from the start, kept at the same places.
        var other = new MemoryDisk();
        foreach (Keyframe keyframe in kept)
        {
            Till till = new();
            await LogFold.RunAsync(till, _log, Offset.Zero, keyframe.Position);
            Folder(new KeyframePolicy { Newest = 10 }, other).Keep(keyframe.Position, till.Freeze(), []);
        }

        Assert.Equal(4, kept.DistinctBy(keyframe => keyframe.Digest).Count());
        Assert.Equal(kept, Folder(new KeyframePolicy { Newest = 10 }, other).List());
    }

    [Fact]
    public async Task Commands_go_on_while_a_keyframe_is_written_and_are_not_in_it()
    {
        var gate = new TaskCompletionSource();
        Till till = new() { MayBeWritten = gate.Task };
        MachineHost<Till> host = await OpenAsync(till, interval: 10);
        for (int count = 1; count <= 100; count++)
        {
            Assert.Equal(count, await host.ExecuteAsync(new Till.Add("a", 1)));
        }

        Task closing = host.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        gate.SetResult();
        await closing;
        Till resumed = new();
        Assert.Equal(new Offset(10), Assert.Single(Folder().List()).Position);
        resumed.Restore(Folder().Find(Offset.Zero, new Offset(100))!.Open());
        Assert.Equal("a=10", resumed.Content);
    }

    [Fact]
    public async Task Nothing_is_kept_before_it_is_committed()
    {
        MemoryLog log = new(AnyId, "till", CommitRule.WhenTold);
        MachineHost<Till> host = await MachineHost.OpenAsync(new Till(), log, keyframes: new MachineKeyframes(Folder(), 10));
        Task<long>[] calls = [.. Enumerable.Range(0, 30).Select(_ => host.ExecuteAsync(new Till.Add("a", 1)))];
        log.AdvanceCommitted(new Offset(9));
        await calls[8];
        Assert.Empty(_disk.ListFiles("/keyframes"));

        log.AdvanceCommitted(new Offset(10));
        await calls[9];
        await host.DisposeAsync();
        Assert.Equal(new Offset(10), Assert.Single(Folder().List()).Position);
    }

    [Fact]
    public async Task A_keyframe_of_records_that_the_log_does_not_have_is_not_used()
    {
        await RunAsync(30, interval: 10);
        MemoryLog shorter = new(AnyId, "till");
        await using (MachineHost<Till> host = await MachineHost.OpenAsync(new Till(), shorter))
        {
            await host.ExecuteAsync(new Till.Add("a", 1));
        }

        Till till = new();
        await using MachineHost<Till> opened = await MachineHost.OpenAsync(till, shorter, keyframes: new MachineKeyframes(Folder()));
        Assert.Equal("a=1", till.Content);
        Assert.Equal(3, _notices.Count(notice => notice.Contains("the log ends at offset 1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_keyframe_before_the_start_of_the_log_is_not_used()
    {
        await RunAsync(25, interval: 10);
        await ((ILog)_log).TrimAsync(new Offset(22));
        Till till = new();
        await using MachineHost<Till> host = await OpenAsync(till);
        Assert.Equal(3, till.Applied.Count);
        Assert.Equal(2, _notices.Count(notice => notice.Contains("the log begins at offset 22", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_state_that_the_machine_does_not_take_over_is_refused_with_its_file()
    {
        await RunAsync(25, interval: 10);
        StateException failure = await Assert.ThrowsAsync<StateException>(() => OpenAsync(new Till { RefusesStates = true }).AsTask());
        Assert.Equal(StateErrors.Unreadable, failure.Code);
        Assert.Contains("/keyframes/00000000000000000020.keyframe", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_machine_whose_state_cannot_be_kept_has_no_keyframes() =>
        Assert.ThrowsAsync<ArgumentException>(() => MachineHost.OpenAsync(new Unkept(), _log, keyframes: new MachineKeyframes(Folder())).AsTask());

    [Fact]
    public async Task A_keyframe_that_cannot_be_written_is_said_and_the_host_goes_on()
    {
        Till till = new() { MayBeWritten = Task.FromException(new InvalidOperationException("A bug.")) };
        await using (MachineHost<Till> host = await OpenAsync(till, interval: 10))
        {
            for (int count = 1; count <= 10; count++)
            {
                Assert.Equal(count, await host.ExecuteAsync(new Till.Add("a", 1)));
            }
        }

        Assert.Contains("No keyframe was kept at offset 10", Assert.Single(_notices), StringComparison.Ordinal);
        Assert.Empty(Folder().List());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_opens_after_a_crash_at_any_operation_of_the_disk_has_the_state_of_a_full_replay(bool isPowerCut)
    {
        bool isDone = false;
        for (long at = 1; !isDone; at++)
        {
            var disk = new SimulatedDisk((ulong)at) { CrashAt = at };
            MemoryLog log = new(AnyId, "till");
            try
            {
                for (int piece = 0; piece < 4; piece++)
                {
                    await using MachineHost<Till> host = await MachineHost.OpenAsync(new Till(), log, keyframes: new MachineKeyframes(Folder(disk: disk), 5));
                    await Task.WhenAll(Enumerable.Range(0, 7).Select(index => host.ExecuteAsync(new Till.Add($"n{index % 3}", at + index))));
                }

                isDone = disk.OperationCount < at;
            }
            catch (SimulatedCrashException)
            {
            }

            if (isPowerCut)
            {
                disk.PowerCut((ulong)at);
            }
            else
            {
                disk.ProcessKill();
            }

            _notices.Clear();
            Till resumed = new();
            Till replayed = new();
            await using MachineHost<Till> after = await MachineHost.OpenAsync(resumed, log, keyframes: new MachineKeyframes(Folder(disk: disk), 5));
            await LogFold.RunAsync(replayed, log, Offset.Zero, log.Watermarks.End);
            Assert.Equal(replayed.Content, resumed.Content);
            Assert.Empty(_notices);
        }
    }

    private KeyframeFolder Folder(KeyframePolicy? policy = null, IDisk? disk = null) => new(disk ?? _disk, "/keyframes", "till", 1, AnyId, policy, Say);

    // Keyframes are kept on other threads.
    private void Say(string notice)
    {
        lock (_notices)
        {
            _notices.Add(notice);
        }
    }

    private ValueTask<MachineHost<Till>> OpenAsync(Till till, int interval = 100, KeyframePolicy? policy = null) =>
        MachineHost.OpenAsync(till, _log, keyframes: new MachineKeyframes(Folder(policy), interval));

    // Commands in pieces that end with a keyframe, since a host that is closed waits for the one that is being written.
    private async Task RunAsync(int count, int interval, KeyframePolicy? policy = null)
    {
        var random = new Random(count);
        for (int done = 0; done < count; done += interval)
        {
            await using MachineHost<Till> host = await OpenAsync(new Till(), interval, policy);
            for (int index = done; index < Math.Min(count, done + interval); index++)
            {
                await host.ExecuteAsync(new Till.Add($"n{random.Next(9)}", random.Next(-5, 20)));
            }
        }
    }

    private async Task<string> ReplayedAsync()
    {
        Till till = new();
        await LogFold.RunAsync(till, _log, Offset.Zero, _log.Watermarks.End);
        return till.Content;
    }

    private async Task<long> ExpectedAsync(string name) => (await ReplayedAsync()).Split(", ").Where(one => one.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(one => long.Parse(one.Split('=')[1], CultureInfo.InvariantCulture)).SingleOrDefault();

    private void Damage(Keyframe keyframe)
    {
        using IDiskFile file = _disk.Open($"/keyframes/{keyframe.Position.Value:D20}.keyframe", DiskFileMode.Existing);
        byte[] one = new byte[1];
        file.Read(one, keyframe.SizeBytes - 20);
        one[0] ^= 1;
        file.Write(one, keyframe.SizeBytes - 20);
    }

    private sealed class Unkept : IMachine
    {
        public void Apply(RecordView record)
        {
        }
    }
}
