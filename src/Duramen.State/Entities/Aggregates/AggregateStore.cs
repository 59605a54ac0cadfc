using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.State.Entities.Aggregates;

/// <summary>
/// Loads and saves aggregates of one kind. What is saved is appended on condition that nobody else appended since it was loaded. All members are safe to call from any thread, each aggregate by
/// one owner.
/// <code>
/// Account account = await accounts.LoadAsync("alice");
/// account.Deposit(100);
/// await accounts.SaveAsync(account);
/// </code>
/// </summary>
/// <typeparam name="TAggregate">The kind.</typeparam>
/// <typeparam name="TEvent">What all of its events have in common.</typeparam>
/// <param name="entities">The entities; they outlive this.</param>
/// <param name="codec">How events become records.</param>
/// <param name="snapshots">Where the states of aggregates are kept that are <see cref="IResumable"/>; nowhere by default.</param>
public sealed class AggregateStore<TAggregate, TEvent>(EntityLog entities, IEventCodec<TEvent> codec, EntitySnapshots? snapshots = null)
    where TAggregate : Aggregate<TEvent>, new()
{
    // So many events cost about as much as reading and taking over a snapshot.
    private const int EventsPerSnapshot = 100;

    // Whoever meets as many conflicts in a row has company that he should know of.
    private const int UpdateAttempts = 16;

    /// <summary>Loads an aggregate as it is now, or as of an offset; one that does not exist is a new one at <see cref="EntityVersion.None"/>.</summary>
    /// <exception cref="EntityException"><see cref="EntityErrors.Unreadable"/>, <see cref="EntityErrors.Trimmed"/>.</exception>
    /// <exception cref="DuramenException">As <see cref="EntityLog.ReadAsync"/>.</exception>
    public async ValueTask<TAggregate> LoadAsync(EntityKey key, Offset? asOf = null, CancellationToken cancellationToken = default)
    {
        TAggregate aggregate = asOf is null ? await ResumeAsync(key, cancellationToken).ConfigureAwait(false) : new TAggregate();
        aggregate.Key = key;
        EntityVersion resumed = aggregate.Version;
        EntityVersion? next = resumed.Plus(1);
        while (next is { } from)
        {
            EntityPage page = await entities.ReadAsync(key, new EntityRead { From = from, AsOf = asOf }, cancellationToken).ConfigureAwait(false);
            foreach (EntityRecord record in page.Records)
            {
                Replay(aggregate, record);
            }

            next = page.Next;
        }

        if (asOf is null && aggregate.Version.Value - resumed.Value >= EventsPerSnapshot)
        {
            Keep(aggregate);
        }

        return aggregate;
    }

    /// <summary>Appends what was raised. When that was nothing, nothing happens.</summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <param name="requestId">
    /// As for <see cref="EntityLog.AppendAsync"/>. When the request was saved before, the result says so, and the aggregate has its effects twice: load it again.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; whether it was saved is then not known.</param>
    /// <exception cref="EntityException">
    /// As <see cref="EntityLog.AppendAsync"/>. After <see cref="EntityErrors.Conflict"/> load it again, and decide again; <see cref="UpdateAsync"/> does both.
    /// </exception>
    public async ValueTask<EntityAppendResult> SaveAsync(TAggregate aggregate, string? requestId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        if (aggregate.Raised.Count == 0)
        {
            return new EntityAppendResult(aggregate.Version, default);
        }

        var records = new NewRecord[aggregate.Raised.Count];
        for (int index = 0; index < records.Length; index++)
        {
            records[index] = codec.Encode(aggregate.Raised[index]);
        }

        EntityAppendResult result = await entities.AppendAsync(aggregate.Key, records, aggregate.Version, requestId, cancellationToken).ConfigureAwait(false);
        if (!result.IsDuplicate)
        {
            long before = aggregate.Version.Value;
            aggregate.MarkSaved(result.Version);
            if (before / EventsPerSnapshot != result.Version.Value / EventsPerSnapshot)
            {
                Keep(aggregate);
            }
        }

        return result;
    }

    /// <summary>Loads an aggregate, has it decide, and saves it; and again when somebody else appended meanwhile.</summary>
    /// <param name="key">The entity.</param>
    /// <param name="decide">Decides on the aggregate. It may be called several times, each time on another one; what it throws ends the update.</param>
    /// <param name="requestId">As for <see cref="EntityLog.AppendAsync"/>.</param>
    /// <param name="cancellationToken">Gives up; whether it was saved is then not known.</param>
    /// <returns>The aggregate as it was saved.</returns>
    /// <exception cref="EntityException">As <see cref="SaveAsync"/>; <see cref="EntityErrors.Conflict"/> when others were quicker many times in a row.</exception>
    public async ValueTask<TAggregate> UpdateAsync(EntityKey key, Action<TAggregate> decide, string? requestId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decide);
        for (int attempt = 1; ; attempt++)
        {
            TAggregate aggregate = await LoadAsync(key, null, cancellationToken).ConfigureAwait(false);
            decide(aggregate);
            try
            {
                EntityAppendResult result = await SaveAsync(aggregate, requestId, cancellationToken).ConfigureAwait(false);
                return result.IsDuplicate ? await LoadAsync(key, null, cancellationToken).ConfigureAwait(false) : aggregate;
            }
            catch (EntityException conflict) when (conflict.Code == EntityErrors.Conflict && attempt < UpdateAttempts)
            {
            }
        }
    }

    /// <summary>A new aggregate in the state of the last snapshot, if there is one that the log bears out.</summary>
    private async ValueTask<TAggregate> ResumeAsync(EntityKey key, CancellationToken cancellationToken)
    {
        var aggregate = new TAggregate();
        if (aggregate is not IResumable resumable || snapshots?.Find(typeof(TAggregate).Name, resumable.StateVersion, key) is not { } snapshot)
        {
            return aggregate;
        }

        // The entity was never at that version in this log when the log is another, or was put back to an earlier state.
        EntityPage page = await entities.ReadAsync(key, new EntityRead { From = snapshot.Version, MaxRecords = 1 }, cancellationToken).ConfigureAwait(false);
        if (page.Version < snapshot.Version)
        {
            return aggregate;
        }

        resumable.ReadState(snapshot.State.Span);
        aggregate.Version = snapshot.Version;
        return aggregate;
    }

    private void Replay(TAggregate aggregate, EntityRecord record)
    {
        EntityVersion wanted = aggregate.Version.Plus(1);
        if (record.Version != wanted)
        {
            throw EntityRefusals.Trimmed(entities.Log, aggregate.Key, wanted, record.Version);
        }

        try
        {
            aggregate.Replay(codec.Decode(record));
        }
        catch (Exception cause)
        {
            // Whatever it is, it is about this record.
            throw EntityRefusals.Unreadable(entities.Log, aggregate.Key, record, cause);
        }

        aggregate.Version = record.Version;
    }

    private void Keep(TAggregate aggregate)
    {
        if (snapshots is not null && aggregate is IResumable resumable)
        {
            snapshots.Keep(typeof(TAggregate).Name, aggregate.Key, aggregate.Version, resumable);
        }
    }
}
