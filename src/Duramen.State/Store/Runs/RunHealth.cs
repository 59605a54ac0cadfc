namespace Duramen.State.Store.Runs;

/// <summary>Where the runs of a store say that one of them is damaged, whoever met it. Safe for several threads.</summary>
internal sealed class RunHealth
{
    private readonly TaskCompletionSource<StoreException> _damage = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first damage, when there is any.</summary>
    public Task<StoreException> Damage => _damage.Task;

    /// <summary>Remembers the damage, which the caller throws.</summary>
    public StoreException Report(StoreException damage)
    {
        _damage.TrySetResult(damage);
        return damage;
    }
}
