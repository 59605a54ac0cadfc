using Duramen.Storage.Catalogs;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Operations;

/// <summary>A change of one existing log that is an entry and nothing else: decided by a function when its turn comes, applied by the log.</summary>
/// <param name="log">The log.</param>
/// <param name="decide">
/// Gives the entry and its payload, or null when there is nothing to do; throws what the caller is to get. Runs on the committer.
/// </param>
/// <param name="isFirst">Whether the decision needs everything before it to be applied, and so a group of which it is the first entry.</param>
internal sealed class ChangeLog(DiskLog log, Func<(EntryHeader Entry, CatalogWriter? Payload)?> decide, bool isFirst = false) : LogOperation
{
    public override Prepared Prepare(GroupBuilder group)
    {
        log.ThrowIfGone();
        if (isFirst && !group.IsEmpty)
        {
            return Prepared.NoRoom;
        }

        if (decide() is not (EntryHeader entry, var payload))
        {
            return Prepared.Nothing;
        }

        Prepared prepared = Write(group, entry, payload);
        if (prepared == Prepared.Entry)
        {
            log.Assign(entry, Payload.Span);
        }

        return prepared;
    }

    public override void Apply()
    {
        if (Entry is EntryHeader entry)
        {
            log.Apply(entry, Payload.Span);
        }
    }
}
