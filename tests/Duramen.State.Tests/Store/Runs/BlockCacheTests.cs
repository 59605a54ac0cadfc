using Duramen.State.Store.Runs;

namespace Duramen.State.Tests.Store.Runs;

/// <summary>Which blocks stay in memory.</summary>
public sealed class BlockCacheTests
{
    private const int Blocks = 4096;
    private const int BlockBytes = 4 << 10;
    private const int CapacityBlocks = 1024;

    [Fact]
    public void No_more_is_kept_than_the_budget_has_room_for()
    {
        var cache = new BlockCache(CapacityBlocks * BlockBytes);
        var run = new CachedBlocks(Blocks);
        Fill(cache, run, 0, Blocks);
        Assert.InRange(CountKept(run), CapacityBlocks * 9 / 10, CapacityBlocks);

        cache.Add(run, 5, new byte[CapacityBlocks * BlockBytes]);
        Assert.False(run.TryGet(5, out _));
    }

    [Fact]
    public void Blocks_that_are_read_again_and_again_stay_while_others_pass()
    {
        var cache = new BlockCache(CapacityBlocks * BlockBytes);
        var run = new CachedBlocks(Blocks);
        Fill(cache, run, 0, 100);
        for (int number = 100; number < Blocks; number++)
        {
            for (int used = 0; used < 100; used++)
            {
                Assert.True(run.TryGet(used, out _));
            }

            Fill(cache, run, number, number + 1);
        }
    }

    [Fact]
    public void A_run_that_is_forgotten_leaves_its_room_to_others()
    {
        var cache = new BlockCache(CapacityBlocks * BlockBytes);
        var first = new CachedBlocks(Blocks);
        var second = new CachedBlocks(Blocks);
        Fill(cache, first, 0, 500);
        Fill(cache, second, 0, 400);
        cache.Forget(first);
        Assert.Equal(0, CountKept(first));
        Fill(cache, second, 400, 900);
        Assert.Equal(900, CountKept(second));
    }

    private static void Fill(BlockCache cache, CachedBlocks run, int from, int to)
    {
        for (int number = from; number < to; number++)
        {
            cache.Add(run, number, new byte[BlockBytes]);
        }
    }

    private static int CountKept(CachedBlocks run) => Enumerable.Range(0, Blocks).Count(number => run.TryGet(number, out _));
}
