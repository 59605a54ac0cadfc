using System.Text;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Tests.Store;

/// <summary>What every versioned store does. An implementation passes all of it, whatever it keeps its versions in.</summary>
public abstract class StoreContractTests
{
    /// <summary>A new, empty store.</summary>
    protected abstract IVersionedStore Open();

    /// <summary>Brings the store into another layout, if it has one, without a change that a reader could see.</summary>
    protected abstract ValueTask RearrangeAsync(IVersionedStore store);

    [Fact]
    public async Task A_key_has_the_value_that_was_put_last_below_the_offset()
    {
        await using IVersionedStore store = Open();
        store.Fold("a", "1");
        store.Fold("b", "2");
        store.Fold("a", "3");
        for (int round = 0; round < 2; round++)
        {
            Assert.Null(store.Get("a", 0));
            Assert.Equal("1", store.Get("a", 1));
            Assert.Equal("1", store.Get("a", 2));
            Assert.Equal("3", store.Get("a", 3));
            Assert.Null(store.Get("b", 1));
            Assert.Equal("2", store.Get("b", 2));
            Assert.Null(store.Get("c", 3));
            Assert.Null(store.Get("", 3));
            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task A_removed_key_is_gone_from_then_on_and_there_before()
    {
        await using IVersionedStore store = Open();
        store.Fold("a", "1");
        store.Fold("a", null);
        store.Fold("a", "3");
        store.Fold("never", null);
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("1", store.Get("a", 1));
            Assert.Null(store.Get("a", 2));
            Assert.Equal("3", store.Get("a", 3));
            Assert.Equal("", store.Scan(2));
            Assert.Equal("a=3@2", store.Scan(4));
            Assert.Equal("a=1@0 a=- a=3@2", store.History("a"));
            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task An_empty_value_and_an_empty_key_are_values_and_keys()
    {
        await using IVersionedStore store = Open();
        store.Fold("", "");
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("", store.Get("", 1));
            Assert.Equal("=@0", store.Scan(1));
            Assert.Equal("=@0", store.History(""));
            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task What_was_put_is_seen_when_the_store_advanced_and_not_before()
    {
        await using IVersionedStore store = Open();
        store.Put("a", "1", 0);
        store.Put("b", "2", 1);
        Assert.Equal(Offset.Zero, store.Position);
        Assert.Null(store.Get("a", 0));
        using IStoreSnapshot before = store.OpenSnapshot();
        store.Advance(new Offset(2));
        Assert.Equal("a=1@0 b=2@1", store.Scan(2));
        Assert.Equal("", before.Scan(KeyRange.All, 0));
        Assert.Equal("", before.History("a"));
    }

    [Fact]
    public async Task A_snapshot_stays_what_it_was()
    {
        await using IVersionedStore store = Open();
        store.Fold("a", "1");
        store.Fold("b", "2");
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        for (int index = 0; index < 50; index++)
        {
            store.Fold("a", $"later {index}");
            store.Fold($"new {index}", "x");
        }

        store.MoveHorizon(store.Position);
        await RearrangeAsync(store);
        Assert.Equal(new Offset(2), snapshot.Position);
        Assert.Equal(Offset.Zero, snapshot.Horizon);
        Assert.Equal("1", snapshot.Get("a", 2));
        Assert.Null(snapshot.Get("b", 1));
        Assert.Equal("a=1@0 b=2@1", snapshot.Scan(KeyRange.All, 2));
        Assert.Equal("a=1@0", snapshot.History("a"));
        Assert.Equal("Added b ->2@1", snapshot.Diff(1, 2));
    }

    [Fact]
    public async Task A_second_version_at_one_offset_replaces_the_first()
    {
        await using IVersionedStore store = Open();
        store.Put("a", "first", 0);
        store.Put("b", "other", 0);
        store.Put("a", "second", 0);
        store.Advance(new Offset(1));
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("a=second@0 b=other@0", store.Scan(1));
            Assert.Equal("a=second@0", store.History("a"));
            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task A_scan_goes_through_a_range_in_the_order_of_bytes()
    {
        await using IVersionedStore store = Open();
        foreach (string key in (string[])["b", "a", "ab", "é", "aa", "B", "ba"])
        {
            store.Fold(key, key);
        }

        for (int round = 0; round < 2; round++)
        {
            using (IStoreSnapshot snapshot = store.OpenSnapshot())
            {
                Assert.Equal("B=B@5 a=a@1 aa=aa@4 ab=ab@2 b=b@0 ba=ba@6 é=é@3", snapshot.Scan(KeyRange.All, 7));
                Assert.Equal("a=a@1 aa=aa@4 ab=ab@2", snapshot.Scan(KeyRange.WithPrefix("a"u8), 7));
                Assert.Equal("a=a@1 ab=ab@2", snapshot.Scan(KeyRange.WithPrefix("a"u8), 3));
                Assert.Equal("aa=aa@4 ab=ab@2", snapshot.Scan(new KeyRange("aa"u8.ToArray(), "b"u8.ToArray()), 7));
                Assert.Equal("", snapshot.Scan(KeyRange.WithPrefix("c"u8), 7));
                Assert.Equal("é=é@3", snapshot.Scan(KeyRange.WithPrefix([0xC3]), 7));
            }

            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task A_difference_is_what_two_moments_do_not_share()
    {
        await using IVersionedStore store = Open();
        store.Fold("changed", "1");
        store.Fold("removed", "1");
        store.Fold("rewritten", "1");
        store.Fold("back", "1");
        store.Fold("changed", "2");
        store.Fold("removed", null);
        store.Fold("rewritten", "1");
        store.Fold("added", "2");
        store.Fold("back", null);
        store.Fold("back", "1");
        store.Fold("passing", "2");
        store.Fold("passing", null);
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("Added added ->2@7 Changed changed 1@0>2@4 Removed removed 1@1>-", store.Diff(4, 12));
            Assert.Equal("Removed added 2@7>- Changed changed 2@4>1@0 Added removed ->1@1", store.Diff(12, 4));
            Assert.Equal("", store.Diff(12, 12));
            Assert.Equal("Added passing ->2@10", store.Diff(10, 11));
            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task Reads_outside_what_is_known_say_where_its_bounds_are()
    {
        await using IVersionedStore store = Open();
        for (int index = 0; index < 10; index++)
        {
            store.Fold("a", $"{index}");
        }

        store.MoveHorizon(new Offset(6));
        Assert.Equal(new Offset(6), store.Horizon);
        for (int round = 0; round < 2; round++)
        {
            using (IStoreSnapshot snapshot = store.OpenSnapshot())
            {
                foreach (Action read in (Action[])
                    [
                        () => snapshot.Get("a", 5), () => snapshot.Scan(KeyRange.All, 5), () => snapshot.Diff(5, 10), () => snapshot.Diff(10, 5),
                    ])
                {
                    StoreException refusal = Assert.Throws<StoreException>(read);
                    Assert.Equal(StoreErrors.BelowHorizon, refusal.Code);
                    Assert.Contains("which is 6", refusal.Message, StringComparison.Ordinal);
                }

                StoreException beyond = Assert.Throws<StoreException>(() => snapshot.Get("a", 11));
                Assert.Equal(StoreErrors.BeyondPosition, beyond.Code);
                Assert.Contains("got to 10", beyond.Message, StringComparison.Ordinal);
                Assert.Equal("5", snapshot.Get("a", 6));
                Assert.Equal("a=5@5 a=6@6 a=7@7 a=8@8 a=9@9", snapshot.History("a"));
            }

            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task The_horizon_goes_forward_only()
    {
        await using IVersionedStore store = Open();
        store.Fold("a", "1");
        store.Fold("a", "2");
        store.MoveHorizon(new Offset(2));
        store.MoveHorizon(new Offset(1));
        Assert.Equal(new Offset(2), store.Horizon);
    }

    [Fact]
    public async Task A_key_that_was_removed_before_the_horizon_leaves_no_trace()
    {
        await using IVersionedStore store = Open();
        store.Fold("a", "1");
        store.Fold("a", null);
        store.Fold("b", "2");
        store.MoveHorizon(new Offset(3));
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("", store.History("a"));
            Assert.Equal("b=2@2", store.Scan(3));
            await RearrangeAsync(store);
        }
    }

    [Fact]
    public async Task A_key_or_value_that_is_too_large_is_refused_and_changes_nothing()
    {
        await using IVersionedStore store = Open();
        store.Fold("a", "1");
        StoreDigest digest = store.Digest;
        StoreException refusal = Assert.Throws<StoreException>(() => store.Put(new byte[StoreLimits.KeyMaxBytes + 1], "1"u8, new Offset(1), 0));
        Assert.Equal(StoreErrors.TooLarge, refusal.Code);
        store.Advance(new Offset(2));
        Assert.Equal("a=1@0", store.Scan(2));
        Assert.Equal(digest, store.Digest);
        store.Put(Encoding.UTF8.GetBytes(new string('k', StoreLimits.KeyMaxBytes)), "1"u8, new Offset(2), 0);
        store.Put("large"u8, new byte[3 << 20], new Offset(3), 0);
        store.Advance(new Offset(4));
        await RearrangeAsync(store);
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        Assert.True(snapshot.TryGet(Encoding.UTF8.GetBytes(new string('k', StoreLimits.KeyMaxBytes)), new Offset(4), out _));
        Assert.True(snapshot.TryGet("large"u8, new Offset(4), out VersionView large));
        Assert.Equal(3 << 20, large.Value.Length);
    }

    [Fact]
    public async Task An_attachment_belongs_to_its_position()
    {
        await using IVersionedStore store = Open();
        store.Advance(new Offset(1), "one"u8);
        Assert.Equal("one"u8.ToArray(), store.Attachment.ToArray());
        store.Advance(new Offset(2));
        Assert.Empty(store.Attachment.ToArray());
    }

    [Fact]
    public async Task Equal_digests_mean_equal_folds_whatever_was_merged()
    {
        await using IVersionedStore left = Open();
        await using IVersionedStore right = Open();
        for (int index = 0; index < 40; index++)
        {
            left.Fold($"{index % 7}", index % 5 == 0 ? null : $"{index}");
            right.Fold($"{index % 7}", index % 5 == 0 ? null : $"{index}");
            if (index % 11 == 0)
            {
                await RearrangeAsync(left);
                left.MoveHorizon(left.Position);
            }
        }

        Assert.Equal(left.Digest, right.Digest);
        left.Fold("a", "");
        right.Fold("a", null);
        Assert.NotEqual(left.Digest, right.Digest);
    }

    [Fact]
    public async Task A_closed_store_opens_no_snapshot_and_those_that_are_open_go_on()
    {
        IVersionedStore store = Open();
        store.Fold("a", "1");
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        await store.DisposeAsync();
        Assert.Equal(StoreErrors.Closed, Assert.Throws<StoreException>(() => store.OpenSnapshot()).Code);
        Assert.Equal("1", snapshot.Get("a", 1));
    }

    [Fact]
    public async Task One_key_with_very_many_versions_is_read_at_any_of_them()
    {
        await using IVersionedStore store = Open();
        const int Versions = 3000;
        for (int index = 0; index < Versions; index++)
        {
            store.Fold("hot", $"{index}");
        }

        for (int round = 0; round < 2; round++)
        {
            using (IStoreSnapshot snapshot = store.OpenSnapshot())
            {
                for (int asOf = 1; asOf <= Versions; asOf += 7)
                {
                    Assert.Equal($"{asOf - 1}", snapshot.Get("hot", asOf));
                }

                Assert.Equal(Versions, snapshot.History("hot").Split(' ').Length);
                Assert.Equal($"hot={Versions - 1}@{Versions - 1}", snapshot.Scan(KeyRange.All, Versions));
            }

            await RearrangeAsync(store);
        }
    }
}
