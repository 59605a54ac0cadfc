using System.Globalization;
using System.Text;
using Duramen.Records.Batches;
using Duramen.State.Tables;

namespace ReplayingHistory;

/// <summary>Adds up the payments of each account: a record's key is the account, its value the amount.</summary>
public sealed class Totals : IProjection
{
    public string Name => "totals";

    public int Version => 1;

    public void Apply(int source, RecordView record, TableChanges changes)
    {
        long before = changes.Get(record.Key) is { } total ? long.Parse(total, CultureInfo.InvariantCulture) : 0;
        long amount = long.Parse(record.Value.Span, CultureInfo.InvariantCulture);
        changes.Put(record.Key, Encoding.UTF8.GetBytes((before + amount).ToString(CultureInfo.InvariantCulture)));
    }
}
