using System.Globalization;
using System.Text;
using Duramen.Records.Batches;
using Duramen.State.Tables;

namespace Duramen.Cli.Machines;

/// <summary>Adds up the values of each key; a value that is no number is a bug.</summary>
public sealed class Sum : IProjection
{
    public string Name => "sum";

    public int Version => 1;

    public void Apply(int source, RecordView record, TableChanges changes)
    {
        long before = changes.Get(record.Key) is { } total ? long.Parse(total, CultureInfo.InvariantCulture) : 0;
        changes.Put(record.Key, Encoding.UTF8.GetBytes((before + long.Parse(record.Value.Span, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture)));
    }
}
