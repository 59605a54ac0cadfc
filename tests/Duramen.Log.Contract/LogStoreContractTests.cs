using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

/// <summary>What every store of logs must do. A kind of store passes by deriving from this class and saying how one is made and opened again.</summary>
public abstract class LogStoreContractTests : IAsyncLifetime
{
    private readonly List<ILogStore> _open = [];

    /// <summary>Makes a new store without logs.</summary>
    protected abstract ValueTask<ILogStore> CreateAsync();

    /// <summary>Closes a store. Closing again does nothing.</summary>
    protected abstract ValueTask CloseAsync(ILogStore store);

    /// <summary>Closes a store and opens the same one again.</summary>
    protected abstract ValueTask<ILogStore> ReopenAsync(ILogStore store);

    /// <inheritdoc/>
    public virtual Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        foreach (ILogStore store in _open)
        {
            await CloseAsync(store);
        }
    }

    [Fact]
    public async Task A_log_that_is_made_is_found_by_its_id_and_its_name_and_is_empty()
    {
        ILogStore store = await NewStoreAsync();

        IReplicaLog log = await store.CreateAsync("orders-0", new LogOptions { CommitRule = CommitRule.WhenTold });

        Assert.Same(log, store.Find(log.Id));
        Assert.Same(log, store.Find("orders-0"));
        Assert.Equal(("orders-0", CommitRule.WhenTold), (log.Name, log.CommitRule));
        Assert.Equal(default, log.Watermarks);
        Assert.Equal(0, store.GetSizeBytes(log.Id));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData(".")]
    [InlineData("with\0zero and\nline")]
    [InlineData("ünïcode 語")]
    public async Task A_name_is_data(string name)
    {
        ILogStore store = await NewStoreAsync();
        IReplicaLog log = await store.CreateAsync(name);
        await log.AppendAsync(TestBatch.Tagged("a"));

        store = await OpenAgainAsync(store);

        Assert.Equal(log.Id, store.Find(name)?.Id);
        Assert.Equal(name, Assert.Single(store.List()).Name);
    }

    [Fact]
    public async Task Logs_are_listed_in_the_order_of_their_names()
    {
        ILogStore store = await NewStoreAsync();
        Assert.Empty(store.List());
        foreach (string name in (string[])["b", "a-10", "a-1", "B"])
        {
            await store.CreateAsync(name);
        }

        Assert.Equal(["B", "a-1", "a-10", "b"], store.List().Select(log => log.Name));
    }

    [Fact]
    public async Task A_name_belongs_to_one_log_at_a_time()
    {
        ILogStore store = await NewStoreAsync();
        IReplicaLog log = await store.CreateAsync("one");

        await RefusesAsync(LogErrors.Exists, async () => await store.CreateAsync("one"));
        await store.DeleteAsync(log.Id);
        IReplicaLog next = await store.CreateAsync("one");

        Assert.NotEqual(log.Id, next.Id);
    }

    [Fact]
    public async Task Of_many_who_make_a_log_of_one_name_exactly_one_does()
    {
        ILogStore store = await NewStoreAsync();
        Task<bool>[] race = [.. Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                await store.CreateAsync("one");
                return true;
            }
            catch (LogException exception) when (exception.Code == LogErrors.Exists)
            {
                return false;
            }
        }))];

        Assert.Single(await Task.WhenAll(race), isMade => isMade);
        Assert.Single(store.List());
    }

    [Fact]
    public async Task A_deleted_log_is_gone_and_its_callers_are_told()
    {
        ILogStore store = await NewStoreAsync();
        IReplicaLog log = await store.CreateAsync("gone");
        IReplicaLog other = await store.CreateAsync("other");
        await log.AppendAsync(TestBatch.Tagged("a"));

        await store.DeleteAsync(log.Id);
        await store.DeleteAsync(log.Id);

        Assert.Null(store.Find(log.Id));
        Assert.Null(store.Find("gone"));
        await RefusesAsync(LogErrors.Closed, async () => await log.AppendAsync(TestBatch.Tagged("b")));
        Assert.Equal([other.Id], store.List().Select(each => each.Id));
        Assert.Equal([other.Id], (await OpenAgainAsync(store)).List().Select(each => each.Id));
    }

    [Fact]
    public async Task Options_are_what_was_last_set_and_survive()
    {
        ILogStore store = await NewStoreAsync();
        var first = new LogOptions { Cleanup = CleanupPolicy.Compact, SegmentSizeBytes = 4096 };
        LogOptions second = first with { Cleanup = CleanupPolicy.Delete, RetentionMs = 1234, RetentionBytes = 99 };
        LogId id = (await store.CreateAsync("a", first)).Id;
        Assert.Equal(first, store.GetOptions(id));

        await store.SetOptionsAsync(id, second);

        Assert.Equal(second, store.GetOptions(id));
        Assert.Equal(second, (await OpenAgainAsync(store)).GetOptions(id));
    }

    [Fact]
    public async Task Options_that_cannot_be_are_refused_and_change_nothing()
    {
        ILogStore store = await NewStoreAsync();
        LogId id = (await store.CreateAsync("a")).Id;

        await RefusesAsync(LogErrors.InvalidOption, async () => await store.SetOptionsAsync(id, new LogOptions { RetentionMs = -2 }));
        await RefusesAsync(LogErrors.InvalidOption, async () => await store.SetOptionsAsync(id, new LogOptions { CommitRule = CommitRule.WhenTold }));
        await RefusesAsync(LogErrors.InvalidOption, async () => await store.CreateAsync("b", new LogOptions { SegmentSizeBytes = 0 }));
        await RefusesAsync(LogErrors.InvalidOption, async () => await store.CreateAsync(""));

        Assert.Equal(new LogOptions(), store.GetOptions(id));
        Assert.Single(store.List());
    }

    [Fact]
    public async Task The_size_of_a_log_is_the_size_of_its_batches()
    {
        ILogStore store = await NewStoreAsync();
        IReplicaLog log = await store.CreateAsync("a");
        byte[] batch = TestBatch.Tagged("some bytes", 3);
        for (int count = 0; count < 5; count++)
        {
            await log.AppendAsync(batch.ToArray());
        }

        Assert.Equal(5L * batch.Length, store.GetSizeBytes(log.Id));
        store = await OpenAgainAsync(store);
        Assert.Equal(5L * batch.Length, store.GetSizeBytes(log.Id));
        await store.Find(log.Id)!.TrimAsync(new Offset(15));
        Assert.Equal(0, store.GetSizeBytes(log.Id));
    }

    [Fact]
    public async Task What_is_asked_about_a_log_that_does_not_exist_is_refused()
    {
        ILogStore store = await NewStoreAsync();
        var id = new LogId(Guid.NewGuid());

        Assert.Null(store.Find(id));
        await store.DeleteAsync(id);
        Assert.Equal(LogErrors.NotFound, Assert.ThrowsAny<LogException>(() => store.GetOptions(id)).Code);
        Assert.Equal(LogErrors.NotFound, Assert.ThrowsAny<LogException>(() => store.GetSizeBytes(id)).Code);
        await RefusesAsync(LogErrors.NotFound, async () => await store.SetOptionsAsync(id, new LogOptions()));
    }

    [Fact]
    public async Task A_closed_store_makes_no_logs()
    {
        ILogStore store = await NewStoreAsync();
        await CloseAsync(store);

        await RefusesAsync(LogErrors.Closed, async () => await store.CreateAsync("late"));
    }

    private async Task<ILogStore> NewStoreAsync()
    {
        ILogStore store = await CreateAsync();
        _open.Add(store);
        return store;
    }

    private async Task<ILogStore> OpenAgainAsync(ILogStore store)
    {
        _open.Remove(store);
        ILogStore again = await ReopenAsync(store);
        _open.Add(again);
        return again;
    }

    private static async Task RefusesAsync(ErrorCode code, Func<Task> call)
    {
        LogException refusal = await Assert.ThrowsAnyAsync<LogException>(call);
        Assert.Equal(code, refusal.Code);
    }
}
