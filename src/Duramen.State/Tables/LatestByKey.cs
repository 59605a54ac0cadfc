using System.Globalization;
using Duramen.Records.Batches;
using Duramen.State.Store;

namespace Duramen.State.Tables;

/// <summary>
/// The table that a log of keyed records is: the latest value of each key; a record without a value removes its key, one without a key is passed over. So is one whose key is longer than a store takes:
/// whoever may produce to a topic could stop its table for everybody with a single record.
/// </summary>
/// <param name="notice">Told of the first record whose key is too long. Calls may come from several threads at the same time.</param>
internal sealed class LatestByKey(Action<string>? notice = null) : IProjection
{
    private int _hasSaid;

    public string Name => "latest-by-key";

    public int Version => 1;

    public void Apply(int source, RecordView record, TableChanges changes)
    {
        if (record.Key.Length > StoreLimits.KeyMaxBytes)
        {
            PassOver(record);
        }
        else if (!record.Key.IsNull)
        {
            changes.Put(record.Key.Span, record.Value);
        }
    }

    private void PassOver(RecordView record)
    {
        // Once for as long as the table is open: a producer that makes such keys makes many.
        if (notice is not null && Interlocked.Exchange(ref _hasSaid, 1) == 0)
        {
            notice(string.Create(
                CultureInfo.InvariantCulture,
                $"The record at offset {record.Offset} has a key of {record.Key.Length} bytes, and keys of a table have at most {StoreLimits.KeyMaxBytes}. It is not in the table, nor are others like it."));
        }
    }
}
