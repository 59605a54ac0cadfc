using Duramen.Storage.Catalogs;
using Duramen.Storage.Journaling;

namespace Duramen.Storage.Operations;

/// <summary>
/// An operation other than an append: rare, so that it may allocate. What it decides is an entry; applying the entry is the same code after a
/// restart.
/// </summary>
internal abstract class LogOperation : JournalOperation
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the operation is durable and applied, or was refused.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What was written for the operation; null when there was nothing to write.</summary>
    protected EntryHeader? Entry { get; private set; }

    protected ReadOnlyMemory<byte> Payload { get; private set; }

    public override void Complete() => _completion.SetResult();

    public override void Fail(Exception cause) => _completion.SetException(cause);

    /// <summary>Writes the one entry of this operation.</summary>
    protected Prepared Write(GroupBuilder group, EntryHeader entry, CatalogWriter? payload = null)
    {
        ReadOnlyMemory<byte> bytes = payload?.WrittenMemory ?? default;
        entry = entry with { PayloadBytes = bytes.Length };
        if (!group.TryReserve(entry.EntrySizeBytes, out Span<byte> destination))
        {
            return Prepared.NoRoom;
        }

        entry.Write(destination);
        bytes.Span.CopyTo(destination[EntryHeader.SizeBytes..]);
        group.Add(entry.EntrySizeBytes);
        Entry = entry;
        Payload = bytes;
        return Prepared.Entry;
    }
}
