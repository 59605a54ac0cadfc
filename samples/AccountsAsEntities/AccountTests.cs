using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.State.Entities;
using Duramen.State.Entities.Aggregates;

namespace AccountsAsEntities.Tests;

public sealed class AccountTests : IAsyncLifetime
{
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "accounts");
    private EntityLog _entities = null!;
    private AggregateStore<Account, AccountEvent> _accounts = null!;

    public Task InitializeAsync()
    {
        // On a server the disk is a PosixDisk, and the log one of a data folder.
        _entities = EntityLog.Open(new MemoryDisk(), "/accounts", _log);
        _accounts = new AggregateStore<Account, AccountEvent>(_entities, new JsonEventCodec<AccountEvent>(AccountJson.Default.AccountEvent));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _entities.DisposeAsync();

    [Fact]
    public async Task An_account_is_what_happened_to_it()
    {
        Account account = await _accounts.LoadAsync("alice");
        account.Deposit(100);
        account.Withdraw(30);
        await _accounts.SaveAsync(account);

        Assert.Equal(70, (await _accounts.LoadAsync("alice")).BalanceCents);
        Assert.Equal(100, (await _accounts.LoadAsync("alice", asOf: new Offset(1))).BalanceCents);
    }

    [Fact]
    public async Task Two_who_spend_the_same_money_cannot_both_have_it()
    {
        await _accounts.UpdateAsync("alice", account => account.Deposit(100));
        Account one = await _accounts.LoadAsync("alice");
        Account other = await _accounts.LoadAsync("alice");
        one.Withdraw(80);
        other.Withdraw(80);
        await _accounts.SaveAsync(one);

        EntityException conflict = await Assert.ThrowsAsync<EntityException>(() => _accounts.SaveAsync(other).AsTask());
        Assert.Equal(EntityErrors.Conflict, conflict.Code);

        // Loaded again, the account itself refuses.
        await Assert.ThrowsAsync<InvalidOperationException>(() => _accounts.UpdateAsync("alice", account => account.Withdraw(80)).AsTask());
    }

    [Fact]
    public async Task A_transfer_that_is_sent_again_is_made_once()
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            await _accounts.UpdateAsync("bob", account => account.Deposit(50), requestId: "transfer-17");
        }

        Assert.Equal(50, (await _accounts.LoadAsync("bob")).BalanceCents);
    }
}
