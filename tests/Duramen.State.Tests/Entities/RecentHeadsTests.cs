using System.Globalization;
using Duramen.Core.Ids;
using Duramen.State.Entities;
using Duramen.State.Entities.Appending;
using Duramen.State.Entities.Indexing;
using Xunit;

namespace Duramen.State.Tests.Entities;

public sealed class RecentHeadsTests
{
    private const int Many = 4 * RecentHeads.GenerationMax;

    [Fact]
    public void Heads_that_the_index_has_are_forgotten_and_the_others_kept()
    {
        var heads = new RecentHeads();
        for (int index = 0; index < Many; index++)
        {
            heads.Add(Key($"{index}"), null, Head(index));
            Assert.True(heads.Forget(new Offset(index), new Offset(index + 1)));
        }

        Assert.False(heads.TryGet(Key("0"), out _));
        Assert.True(heads.TryGet(Key($"{Many - 1}"), out EntityHead last));
        Assert.Equal(Head(Many - 1), last);
        Assert.InRange(heads.From.Value, 1, Many - 1);
    }

    [Fact]
    public void Requests_of_one_entity_are_forgotten_too()
    {
        var heads = new RecentHeads();
        HashedKey key = Key("a");
        for (int index = 0; index < Many; index++)
        {
            heads.Add(key, index.ToString(CultureInfo.InvariantCulture), Head(index));
            Assert.True(heads.Forget(new Offset(index), new Offset(index + 1)));
        }

        Assert.False(heads.TryGetRequest(key, "0", out _));
        Assert.True(heads.TryGetRequest(key, $"{Many - 1}", out _));
        Assert.True(heads.TryGet(key, out EntityHead last));
        Assert.Equal(Head(Many - 1), last);
    }

    [Fact]
    public void An_index_that_does_not_come_along_is_said_to_be_behind_before_all_memory_is_used()
    {
        var heads = new RecentHeads();
        HashedKey key = Key("a");
        int kept = 0;
        do
        {
            heads.Add(key, kept.ToString(CultureInfo.InvariantCulture), Head(kept++));
        }
        while (kept < 20 * RecentHeads.GenerationMax && heads.Forget(Offset.Zero, new Offset(kept)));

        Assert.InRange(kept, RecentHeads.GenerationMax, 10 * RecentHeads.GenerationMax);
    }

    private static HashedKey Key(string text) => new(text);

    private static EntityHead Head(int index) => new(EntityVersion.First.Plus(index), new Offset(index));
}
