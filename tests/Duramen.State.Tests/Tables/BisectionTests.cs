using Duramen.Core.Ids;
using Duramen.State.Store;
using Duramen.State.Store.Memory;
using Duramen.State.Tables;
using Duramen.State.Tests.Store;

namespace Duramen.State.Tests.Tables;

public sealed class BisectionTests
{
    private static readonly Bisection.ValueCondition IsPaid = (value, _, _) => value.Span.SequenceEqual("paid"u8);

    [Fact]
    public void The_first_version_is_found_wherever_it_is()
    {
        for (int turn = 1; turn < 39; turn++)
        {
            using IStoreSnapshot snapshot = Versions(Enumerable.Range(0, 40).Select(at => (at % 3 == 0 ? "other" : "k", (string?)(at >= turn ? "paid" : "open"))));
            int expected = Enumerable.Range(turn, 40 - turn).First(at => at % 3 != 0);
            if (expected == 1)
            {
                continue;
            }

            BisectionResult found = Bisection.FindByKey(snapshot, "k"u8, new Offset(40), IsPaid)!;
            Assert.Equal(new Offset(expected + 1), found.AsOf);
            Assert.False(found.HeldBefore);
            Assert.Equal(found.AsOf, Bisection.FindByKeyInOrder(snapshot, "k"u8, new Offset(40), IsPaid)!.AsOf);
        }
    }

    [Fact]
    public void Few_of_many_versions_are_read()
    {
        using IStoreSnapshot snapshot = Versions(Enumerable.Range(0, 10_000).Select(at => ("k", (string?)(at >= 7_777 ? "paid" : "open"))));

        BisectionResult found = Bisection.FindByKey(snapshot, "k"u8, snapshot.Position, IsPaid)!;

        Assert.Equal(new Offset(7_778), found.AsOf);
        Assert.InRange(found.Asked, 2, 16);
    }

    [Fact]
    public void A_removal_can_be_what_is_looked_for()
    {
        using IStoreSnapshot snapshot = Versions([("k", "a"), ("x", "a"), ("k", null), ("x", "b")]);

        Bisection.ValueCondition isGone = (value, offset, _) => value.IsNull && offset is null;
        Assert.Equal(new Offset(3), Bisection.FindByKey(snapshot, "k"u8, new Offset(4), isGone)!.AsOf);
        Assert.Equal(new Offset(3), Bisection.FindByKeyInOrder(snapshot, "k"u8, new Offset(4), isGone)!.AsOf);
    }

    [Fact]
    public void What_held_at_first_what_never_held_and_what_never_was_are_told_apart()
    {
        using IStoreSnapshot snapshot = Versions([("paid", "paid"), ("paid", "paid"), ("open", "open"), ("late", "paid")]);

        Assert.Equal(new BisectionResult(new Offset(1), HeldBefore: true, Asked: 1), Bisection.FindByKey(snapshot, "paid"u8, new Offset(4), IsPaid));
        Assert.Null(Bisection.FindByKey(snapshot, "open"u8, new Offset(4), IsPaid)!.AsOf);
        Assert.Null(Bisection.FindByKey(snapshot, "none"u8, new Offset(4), IsPaid));
        Assert.Null(Bisection.FindByKey(snapshot, "late"u8, new Offset(3), IsPaid));
        Assert.Null(Bisection.FindByKeyInOrder(snapshot, "open"u8, new Offset(4), IsPaid)!.AsOf);
        Assert.Null(Bisection.FindByKeyInOrder(snapshot, "late"u8, new Offset(3), IsPaid));
    }

    [Fact]
    public void What_comes_and_goes_is_found_first_in_order_only()
    {
        using IStoreSnapshot snapshot = Versions([("k", "open"), ("k", "paid"), ("k", "open"), ("k", "open"), ("k", "open")]);

        Assert.Null(Bisection.FindByKey(snapshot, "k"u8, new Offset(5), IsPaid)!.AsOf);
        Assert.Equal(new Offset(2), Bisection.FindByKeyInOrder(snapshot, "k"u8, new Offset(5), IsPaid)!.AsOf);
    }

    [Fact]
    public void A_condition_on_moments_is_asked_about_few_of_them()
    {
        for (long turn = 1; turn <= 100; turn++)
        {
            BisectionResult found = Bisection.Find(Offset.Zero, new Offset(100), asOf => asOf.Value >= turn);
            Assert.Equal(new Offset(turn), found.AsOf);
            Assert.InRange(found.Asked, 2, 9);
        }

        Assert.Equal(new BisectionResult(Offset.Zero, HeldBefore: true, Asked: 1), Bisection.Find(Offset.Zero, new Offset(100), _ => true));
        Assert.Null(Bisection.Find(Offset.Zero, new Offset(100), _ => false).AsOf);
        Assert.Null(Bisection.Find(Offset.Zero, Offset.Zero, _ => false).AsOf);
    }

    private static IStoreSnapshot Versions(IEnumerable<(string Key, string? Value)> versions)
    {
        var store = new MemoryStore();
        foreach ((string key, string? value) in versions)
        {
            store.Fold(key, value);
        }

        return store.OpenSnapshot();
    }
}
