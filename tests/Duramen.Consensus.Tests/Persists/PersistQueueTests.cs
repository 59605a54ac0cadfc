using Duramen.Consensus.Persists;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Persists;

public sealed class PersistQueueTests
{
    [Fact]
    public void A_sync_covers_all_writes_before_it()
    {
        var queue = new PersistQueue(new EntryIndex(2));
        queue.Issue(new EntryIndex(3));
        Contract.PersistId second = queue.Issue(new EntryIndex(5));
        Assert.True(queue.Complete(second));
        Assert.Equal(new EntryIndex(5), queue.Synced);
    }

    [Fact]
    public void A_late_acknowledgement_says_nothing_about_entries_that_were_overwritten_since()
    {
        var queue = new PersistQueue(new EntryIndex(4));
        Contract.PersistId old = queue.Issue(new EntryIndex(7));
        queue.Withdraw(new EntryIndex(6));
        Contract.PersistId replacement = queue.Issue(new EntryIndex(7));
        queue.Complete(old);
        Assert.Equal(new EntryIndex(5), queue.Synced);
        queue.Complete(replacement);
        Assert.Equal(new EntryIndex(7), queue.Synced);
    }

    [Fact]
    public void Truncating_synced_entries_takes_back_that_they_are_synced()
    {
        var queue = new PersistQueue(new EntryIndex(9));
        queue.Withdraw(new EntryIndex(6));
        Assert.Equal(new EntryIndex(5), queue.Synced);
    }

    [Fact]
    public void An_acknowledgement_that_comes_twice_changes_nothing()
    {
        var queue = new PersistQueue(EntryIndex.Zero);
        Contract.PersistId first = queue.Issue(new EntryIndex(1));
        Assert.True(queue.Complete(first));
        Assert.False(queue.Complete(first));
    }
}
