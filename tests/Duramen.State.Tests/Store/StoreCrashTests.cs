using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Simulated;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tests.Store;

/// <summary>
/// Crashes at every operation of a store that is written, merged and moves its horizon, on a disk that keeps nothing it need not keep. Whatever is left, the store stands at a position
/// that was durable, and is the fold up to there; the fold goes on from it.
/// </summary>
public sealed class StoreCrashTests
{
    private const int Records = 260;

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    [InlineData(false, 4)]
    public async Task A_crash_at_any_operation_leaves_a_durable_position_and_its_state(bool isPowerCut, int seed)
    {
        var random = new Random(seed);
        var model = new NaiveFold();
        while (model.Position < Records)
        {
            model.AddRandom(random, keys: 12);
        }

        bool isDone = false;
        int crashes = 0;
        for (long at = 1; !isDone; at++)
        {
            var disk = new SimulatedDisk((ulong)seed) { CrashAt = at };
            (isDone, Offset durable) = await FoldUntilCrashAsync(disk, model);
            crashes += isDone ? 0 : 1;
            if (isPowerCut)
            {
                disk.PowerCut((ulong)at);
            }
            else
            {
                disk.ProcessKill();
            }

            await CheckAsync(disk, model, durable, at, random);
        }

        // Each flush and each merge creates, writes, syncs and renames.
        Assert.InRange(crashes, 200, int.MaxValue);
    }

    [Fact]
    public async Task A_crash_while_what_a_crash_left_is_cleaned_up_changes_nothing()
    {
        var model = new NaiveFold();
        var random = new Random(9);
        while (model.Position < Records)
        {
            model.AddRandom(random, keys: 12);
        }

        for (long at = 40; at < 400; at += 7)
        {
            var disk = new SimulatedDisk(9) { CrashAt = at };
            (_, Offset durable) = await FoldUntilCrashAsync(disk, model);
            disk.ProcessKill();
            for (long again = 1; ; again++)
            {
                SimulatedDisk second = disk.Copy();
                second.CrashAt = again;
                try
                {
                    DiskStore store = DiskStore.Open(second, "/data/store", default, Options());
                    await store.DisposeAsync();
                    break;
                }
                catch (SimulatedCrashException)
                {
                    second.PowerCut((ulong)again);
                }

                await CheckAsync(second, model, durable, at, random);
            }
        }
    }

    [Theory]
    [InlineData(DiskOperationKind.Sync)]
    [InlineData(DiskOperationKind.Write)]
    [InlineData(DiskOperationKind.Rename)]
    [InlineData(DiskOperationKind.SyncFolder)]
    [InlineData(DiskOperationKind.Create)]
    public async Task A_disk_that_fails_stops_the_fold_and_not_the_readers(DiskOperationKind kind)
    {
        var disk = new SimulatedDisk(3);
        DiskStore store = DiskStore.Open(disk, "/data/store", default, Options());
        store.Fold("a", "1");
        await store.FlushAsync();
        disk.AddFault(new DiskFault(kind, Times: 1));
        store.Fold("b", "2");
        await Assert.ThrowsAsync<DiskException>(() => store.FlushAsync().AsTask());

        Assert.Equal(StoreErrors.Failed, Assert.Throws<StoreException>(() => store.Fold("c", "3")).Code);
        Assert.Equal("a=1@0 b=2@1", store.Scan(2));
        Assert.Equal(new Offset(1), store.DurablePosition);
        await store.DisposeAsync();

        disk.PowerCut(5);
        await using DiskStore reopened = DiskStore.Open(disk, "/data/store", default, Options());
        Assert.InRange(reopened.Position.Value, 1, 2);
        Assert.Equal("1", reopened.Get("a", 1));
    }

    private static StoreOptions Options() => new() { MemoryBytes = 1 << 20, RecentBytes = 8 << 10, BlockBytes = 128, IsInline = true };

    // Folds all records, flushing often; says whether it came to the end, and which position was durable by then.
    private static async Task<(bool IsDone, Offset Durable)> FoldUntilCrashAsync(SimulatedDisk disk, NaiveFold model)
    {
        DiskStore? store = null;
        try
        {
            store = DiskStore.Open(disk, "/data/store", default, Options());
            for (long position = 1; position <= model.Position; position++)
            {
                model.CatchUp(store, position);
                if (position % 9 == 0)
                {
                    await store.FlushAsync();
                }

                if (position % 70 == 0)
                {
                    store.MoveHorizon(new Offset(position - 60));
                }
            }

            await store.MergeAsync();
            await store.DisposeAsync();
            return (true, store.DurablePosition);
        }
        catch (SimulatedCrashException)
        {
            return (false, store?.DurablePosition ?? Offset.Zero);
        }
    }

    private static async Task CheckAsync(SimulatedDisk disk, NaiveFold model, Offset durable, long at, Random random)
    {
        try
        {
            var notices = new List<string>();
            await using DiskStore store = DiskStore.Open(disk, "/data/store", default, Options() with { Notice = notices.Add });
            Assert.Empty(notices);
            Assert.InRange(store.Position.Value, durable.Value, model.Position);
            model.Check(store, random);
            model.CatchUp(store, model.Position);
            model.Check(store, random);
            await store.FlushAsync();
            int files = disk.AllFiles().Count(path => path.EndsWith(".run", StringComparison.Ordinal));
            Assert.Equal(store.Statistics.Runs, files);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            Assert.Fail($"After a crash at operation {at}: {failure.Message}\n{disk.Trace}");
        }
    }
}
