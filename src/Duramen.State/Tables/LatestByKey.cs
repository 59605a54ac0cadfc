using Duramen.Records.Batches;

namespace Duramen.State.Tables;

/// <summary>The table that a log of keyed records is: the latest value of each key; a record without a value removes its key, one without a key is passed over.</summary>
internal sealed class LatestByKey : IProjection
{
    public static LatestByKey Instance { get; } = new();

    public string Name => "latest-by-key";

    public int Version => 1;

    public void Apply(int source, RecordView record, TableChanges changes)
    {
        if (!record.Key.IsNull)
        {
            changes.Put(record.Key.Span, record.Value);
        }
    }
}
