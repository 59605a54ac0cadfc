using System.Globalization;
using System.Text;
using Duramen.Records.Batches;
using Duramen.State.Tables;

namespace ReadingTables.Tests;

/// <summary>How many orders each customer has placed. An order's value begins with the customer's name.</summary>
public sealed class OrdersByCustomer : IProjection
{
    public string Name => "orders-by-customer";

    public int Version => 1;

    public void Apply(int source, RecordView record, TableChanges changes)
    {
        string customer = Encoding.UTF8.GetString(record.Value.Span).Split(' ')[0];
        byte[] key = Encoding.UTF8.GetBytes(customer);
        long orders = changes.Get(key) is { } count ? long.Parse(count, CultureInfo.InvariantCulture) : 0;
        changes.Put(key, Encoding.UTF8.GetBytes((orders + 1).ToString(CultureInfo.InvariantCulture)));
    }
}
