using Duramen.Log;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;

namespace Duramen.Storage.Operations;

/// <summary>The creation of a log.</summary>
internal sealed class CreateLog(FolderContext context, FolderCatalog catalog, LogRecord record) : LogOperation
{
    /// <summary>The log, once the operation is completed.</summary>
    public DiskLog? Created { get; private set; }

    public override Prepared Prepare(GroupBuilder group)
    {
        // Only the committer adds logs, so a name that is free now and in this group stays free until the entry is applied.
        if (catalog.Find(record.Name) is not null || !catalog.TryReserveName(record.Name))
        {
            throw new StorageException(
                LogErrors.Exists, $"A log named '{record.Name}' exists already.", "Choose another name, or open the one that exists.");
        }

        var payload = new CatalogWriter();
        record.Write(payload);
        Prepared prepared = Write(group, new EntryHeader(EntryKind.LogCreated, record.Id, default, default, 0, 0, 0), payload);
        if (prepared != Prepared.Entry)
        {
            catalog.ReleaseName(record.Name);
        }

        return prepared;
    }

    public override void Apply()
    {
        catalog.ReleaseName(record.Name);
        Created = new DiskLog(context, record);
        catalog.Add(Created);
        context.MarkDirty(Created);
    }
}
