using Duramen.Log;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Operations;

/// <summary>The deletion of a log.</summary>
internal sealed class DeleteLog(FolderCatalog catalog, DiskLog log) : LogOperation
{
    public override Prepared Prepare(GroupBuilder group)
    {
        // Appends of the same group would be applied to a log that is gone.
        if (!group.IsEmpty)
        {
            return Prepared.NoRoom;
        }

        log.ThrowIfGone();
        Prepared prepared = Write(group, new EntryHeader(EntryKind.LogDeleted, log.Id, default, default, 0, 0, 0));
        log.End(LogRefusals.Closed(log));
        return prepared;
    }

    public override void Apply() => catalog.Remove(log);
}
