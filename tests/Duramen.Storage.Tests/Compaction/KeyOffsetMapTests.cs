using Duramen.Core.Ids;
using Duramen.Storage.Compaction;

namespace Duramen.Storage.Tests.Compaction;

public sealed class KeyOffsetMapTests
{
    [Fact]
    public void The_map_is_a_dictionary_of_last_offsets()
    {
        var map = new KeyOffsetMap(1 << 20, 5000);
        var model = new Dictionary<(ulong, ulong), long>();
        var random = new Random(7);
        for (long offset = 0; offset < 20_000; offset++)
        {
            // Few distinct first halves, so that keys meet in the same slots.
            (ulong, ulong) key = ((ulong)random.Next(40) << 58, (ulong)random.Next(100));
            Assert.True(map.TryPut(key.Item1, key.Item2, new Offset(offset)));
            model[key] = offset;
        }

        Assert.Equal(model.Count, map.Count);
        Assert.All(model, pair => Assert.Equal(pair.Value, map.Find(pair.Key.Item1, pair.Key.Item2)));
        Assert.Equal(-1, map.Find(1, 1000));
    }

    [Fact]
    public void A_full_map_refuses_new_keys_and_takes_known_ones()
    {
        var map = new KeyOffsetMap(10 * KeyOffsetMap.SlotSizeBytes, 1000);
        ulong keys = 0;
        while (map.TryPut(keys << 60, keys, new Offset(1)))
        {
            keys++;
        }

        Assert.Equal(7ul, keys);
        Assert.True(map.TryPut(0, 0, new Offset(9)));
        Assert.Equal(9, map.Find(0, 0));
        Assert.Equal(-1, map.Find(keys << 60, keys));
    }

    [Fact]
    public void A_cleared_map_knows_nothing()
    {
        var map = new KeyOffsetMap(1024, 10);
        map.TryPut(1, 2, new Offset(3));

        map.Clear();

        Assert.Equal((0, -1L), (map.Count, map.Find(1, 2)));
    }
}
