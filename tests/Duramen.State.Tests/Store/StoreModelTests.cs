using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.State.Store;
using Duramen.State.Store.Disk;
using Duramen.State.Store.Memory;

namespace Duramen.State.Tests.Store;

/// <summary>Random folds with everything that may happen to a store, held against a naive fold of the same records.</summary>
public sealed class StoreModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Every_answer_equals_a_naive_fold_after_restarts_merges_and_moves_of_the_horizon(int seed)
    {
        var random = new Random(seed);
        var disk = new MemoryDisk();
        var model = new NaiveFold();
        StoreOptions options = new()
        {
            MemoryBytes = 1 << 20,
            RecentBytes = 8 << random.Next(10, 14),
            BlockBytes = 64 << random.Next(5),
            IsInline = seed % 2 == 0,
        };
        DiskStore store = DiskStore.Open(disk, "/store", default, options);
        await using var twin = new MemoryStore();
        for (int step = 0; step < 1200; step++)
        {
            model.AddRandom(random, keys: 40);
            model.CatchUp(store, model.Position);
            model.CatchUp(twin, model.Position);
            switch (random.Next(60))
            {
                case 0:
                    model.Horizon = random.NextInt64(model.Horizon, model.Position + 1);
                    store.MoveHorizon(new Offset(model.Horizon));
                    twin.MoveHorizon(new Offset(model.Horizon));
                    break;
                case 1:
                    await store.DisposeAsync();
                    store = DiskStore.Open(disk, "/store", default, options);
                    Assert.Equal(model.Position, store.Position.Value);
                    store.MoveHorizon(new Offset(model.Horizon));
                    break;
                case 2:
                    await store.FlushAsync();
                    Assert.Equal(store.Position, store.DurablePosition);
                    break;
                case 3:
                    await store.MergeAsync();
                    Assert.InRange(store.Statistics.Runs, 0, 1);
                    break;
                case 4 or 5:
                    model.Check(store, random);
                    model.Check(twin, random);
                    break;
            }
        }

        model.Check(store, random);
        Assert.Equal(twin.Digest, store.Digest);
        Assert.Equal(model.Horizon, store.Horizon.Value);
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_scan_from_the_last_key_takes_as_many_pieces_as_it_needs(bool isSpread)
    {
        // Runs that cover all keys, or each its own, as where keys begin with a time.
        const int Keys = 20_000;
        await using DiskStore store = DiskStore.Open(new MemoryDisk(), "/store", default, new StoreOptions { MemoryBytes = 1 << 20, RecentBytes = 200 << 10, IsInline = true });
        for (int record = 0; record < Keys; record++)
        {
            store.Fold($"{(isSpread ? record * 7919L % Keys : record):D6}", $"{record}");
        }

        Assert.InRange(store.Statistics.Runs, 2, 100);
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        Assert.Equal(
            snapshot.Scan(KeyRange.All, Keys).Split(' ').Reverse(), snapshot.Scan(KeyRange.All, Keys, ScanOrder.Descending).Split(' '));
        var some = new KeyRange("001000"u8.ToArray(), "015000"u8.ToArray());
        Assert.Equal(snapshot.Scan(some, 9_000).Split(' ').Reverse(), snapshot.Scan(some, 9_000, ScanOrder.Descending).Split(' '));
    }

    [Fact]
    public async Task Readers_see_whole_states_while_the_store_is_written_flushed_and_merged()
    {
        // Every record sets all keys to its own number, so that a state that mixes two records shows.
        const int Keys = 20;
        var options = new StoreOptions { MemoryBytes = 1 << 20, RecentBytes = 16 << 10, BlockBytes = 256 };
        await using DiskStore store = DiskStore.Open(new MemoryDisk(), "/store", default, options);
        using var done = new CancellationTokenSource();
        Task<int> reader = Task.Run(() =>
        {
            int reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                using IStoreSnapshot snapshot = store.OpenSnapshot();
                long asOf = snapshot.Position.Value;
                if (asOf == 0)
                {
                    continue;
                }

                string expected = string.Join(' ', Enumerable.Range(10, Keys).Select(key => $"{key}={asOf - 1}@{asOf - 1}"));
                Assert.Equal(expected, snapshot.Scan(KeyRange.All, asOf));
                Assert.Equal($"{asOf - 1}", snapshot.Get("15", asOf));
                long before = snapshot.Horizon.Value;
                Assert.Equal(before == 0 ? null : $"{before - 1}", snapshot.Get("15", before));
                reads++;
            }

            return reads;
        });
        for (int record = 0; record < 4000; record++)
        {
            for (int key = 10; key < 10 + Keys; key++)
            {
                store.Put($"{key}", $"{record}", record);
            }

            store.Advance(new Offset(record + 1));
            if (record % 100 == 99)
            {
                store.MoveHorizon(new Offset(record - 50));
            }
        }

        await done.CancelAsync();
        Assert.True(await reader > 0);
        Assert.True(store.Statistics.Versions > 0);
    }

    [Fact]
    public async Task A_store_that_outgrows_its_disk_budget_gives_up_its_past_and_says_so()
    {
        var notices = new List<string>();
        var options = new StoreOptions { MemoryBytes = 1 << 20, RecentBytes = 16 << 10, DiskBytes = 64 << 10, IsInline = true, Notice = notices.Add };
        await using DiskStore store = DiskStore.Open(new MemoryDisk(), "/store", default, options);
        for (int record = 0; record < 5000; record++)
        {
            store.Fold($"{record % 100}", $"the value of record {record}");
        }

        Assert.NotEmpty(notices);
        Assert.True(store.Horizon > Offset.Zero);
        Assert.InRange(store.Statistics.DiskBytes, 1, 64 << 10);
        Assert.Equal("the value of record 4999", store.Get("99", 5000));
    }

    [Fact]
    public async Task What_does_not_fit_the_disk_budget_without_any_past_stops_the_fold_and_can_be_read()
    {
        var options = new StoreOptions { MemoryBytes = 1 << 20, RecentBytes = 16 << 10, DiskBytes = 32 << 10, IsInline = true };
        await using DiskStore store = DiskStore.Open(new MemoryDisk(), "/store", default, options);
        int record = 0;
        StoreException refusal = Assert.Throws<StoreException>(() =>
        {
            for (; record < 5000; record++)
            {
                store.Fold($"{record}", $"the value of record {record}");
            }
        });
        Assert.Equal(StoreErrors.Full, refusal.Code);
        Assert.Equal("the value of record 0", store.Get("0", store.Position.Value));
        Assert.Equal($"the value of record {record - 1}", store.Get($"{record - 1}", store.Position.Value));
        Assert.Equal(StoreErrors.Full, Assert.Throws<StoreException>(() => store.Fold("more", "")).Code);
    }
}
