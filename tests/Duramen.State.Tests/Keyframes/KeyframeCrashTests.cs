using Duramen.Core.Ids;
using Duramen.Disk.Simulated;
using Duramen.Log.Memory;
using Duramen.State.Keyframes;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Store.Memory;
using Duramen.State.Tests.Replication;
using Duramen.State.Tests.Store;

namespace Duramen.State.Tests.Keyframes;

/// <summary>Crashes at every operation of the disk while keyframes are kept and old ones deleted.</summary>
public sealed class KeyframeCrashTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_at_any_operation_leaves_a_keyframe_that_was_kept_and_its_state(bool isPowerCut)
    {
        bool isDone = false;
        int crashes = 0;
        for (long at = 1; !isDone; at++)
        {
            var disk = new SimulatedDisk((ulong)at) { CrashAt = at };
            await using var store = new MemoryStore();
            long kept = 0;
            try
            {
                KeyframeFolder folder = Open(disk, []);
                for (int record = 1; record <= 40; record++)
                {
                    store.Fold($"k{record % 7}", record % 5 == 0 ? null : $"{record}");
                    if (record % 5 == 0)
                    {
                        using IStoreSnapshot state = store.OpenSnapshot();
                        folder.Keep(state.Position, new FrozenSnapshot(state), [(byte)record]);
                        kept = record;
                    }
                }

                isDone = true;
            }
            catch (SimulatedCrashException)
            {
                crashes++;
            }

            if (isPowerCut)
            {
                disk.PowerCut((ulong)at);
            }
            else
            {
                disk.ProcessKill();
            }

            // The state as of the keyframe is what the fold was there; a keyframe that was kept is not lost, and a half of one is not used.
            var notices = new List<string>();
            using MemoryStoreReader restored = new(Open(disk, notices).Restore());
            Assert.Empty(notices);
            Assert.InRange(restored.Position, kept, 40);
            Assert.Equal(store.Scan(Math.Min(restored.Position, store.Position.Value)), restored.Scan());
        }

        Assert.InRange(crashes, 30, int.MaxValue);
    }

    [Fact]
    public async Task A_replica_that_resumes_after_a_crash_arrives_where_a_full_replay_does()
    {
        for (long at = 3; at < 60; at += 4)
        {
            var disk = new SimulatedDisk((ulong)at) { CrashAt = at };
            var log = new MemoryLog(new LogId(Guid.NewGuid()), "bank");
            try
            {
                KeyframeFolder folder = Open(disk, [], log.Id);
                await using ActiveReplica replica = ActiveReplica.Open(new Bank(), log, new MemoryStore(), new ReplicaOptions { Keyframes = folder, KeyframeInterval = 20 });
                foreach (string order in Orders.Random((ulong)at, 200))
                {
                    await replica.GiveAsync(order);
                }
            }
            catch (Exception crash) when (crash is SimulatedCrashException || crash.InnerException is SimulatedCrashException)
            {
            }

            disk.PowerCut((ulong)at);
            await using ActiveReplica resumed = ActiveReplica.Open(new Bank(), log, Open(disk, [], log.Id).Restore() ?? new MemoryStore());
            await using ActiveReplica replayed = ActiveReplica.Open(new Bank(), log, new MemoryStore());
            await resumed.WaitForAsync(log.Watermarks.Committed);
            await replayed.WaitForAsync(log.Watermarks.Committed);
            Assert.Equal(replayed.Point, resumed.Point);
            Assert.Equal(Orders.StateOf(replayed), Orders.StateOf(resumed));
        }
    }

    private static KeyframeFolder Open(SimulatedDisk disk, List<string> notices, LogId log = default) =>
        new(disk, "/keyframes", "bank", 1, log, new KeyframePolicy { Newest = 3, Spacing = 15 }, notices.Add);

    // A store, or the empty state where there is none.
    private sealed class MemoryStoreReader(MemoryStore? store) : IDisposable
    {
        public long Position => store?.Position.Value ?? 0;

        public string Scan() => store?.Scan(Position) ?? "";

        public void Dispose() => store?.DisposeAsync().AsTask().Wait();
    }
}
