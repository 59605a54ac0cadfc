using System.Text;
using Duramen.Core.Ids;
using Duramen.Sql.Sqlite;
using Duramen.State.Store;

namespace Duramen.Sql.Tables;

/// <summary>What a reading was told, as bounds on keys and offsets. Where a value is of a kind that bounds nothing, it does not.</summary>
internal sealed class PlanArguments
{
    private readonly KeyBound? _from;
    private readonly KeyBound? _to;

    public PlanArguments(TablePlan plan, ReadOnlySpan<SqliteValue> values)
    {
        int next = 0;
        for (var bit = TablePlan.Moment; bit < TablePlan.Ordered; bit = (TablePlan)((int)bit << 1))
        {
            if (!plan.HasFlag(bit))
            {
                continue;
            }

            SqliteValue value = values[next++];
            switch (bit)
            {
                case TablePlan.Moment:
                    Moment = value.IsNull ? throw SqlRefusals.NullMoment() : Encoding.UTF8.GetString(value.Text);
                    break;
                case TablePlan.Partition:
                    Partition = value.Type == SqliteCodes.TypeInteger ? value.Integer : null;
                    break;
                case TablePlan.Key:
                    Key = KeyBound.Of(value)?.Bytes;
                    IsNothing |= value.IsNull;
                    break;
                case TablePlan.KeyFrom:
                    _from = KeyBound.Of(value);
                    break;
                case TablePlan.KeyTo:
                    _to = KeyBound.Of(value);
                    break;
                case TablePlan.OffsetFrom:
                    From = Whole(value) is long from ? new Offset(Math.Max(0, from)) : From;
                    break;
                case TablePlan.OffsetTo:
                    Until = Whole(value) is long to and < long.MaxValue - 1 ? new Offset(Math.Max(0, to) + 1) : Until;
                    break;
            }
        }

        IsOrdered = plan.HasFlag(TablePlan.Ordered);
    }

    /// <summary>What the query itself names as the moment.</summary>
    public string? Moment { get; }

    public long? Partition { get; }

    /// <summary>The one key that is wanted.</summary>
    public byte[]? Key { get; }

    /// <summary>No offset below.</summary>
    public Offset From { get; } = Offset.Zero;

    /// <summary>No offset at or above.</summary>
    public Offset Until { get; } = new(long.MaxValue);

    public bool IsOrdered { get; }

    /// <summary>Whether no row can be meant.</summary>
    public bool IsNothing { get; }

    /// <summary>
    /// The scans that together give every key within the bounds. In SQL all text comes before all blobs, while in a store keys are in the order of their bytes: a bound that is text
    /// bounds no blobs from below, and where the order matters text comes from one scan and blobs from another.
    /// </summary>
    public IReadOnlyList<KeyScan> Scans()
    {
        if (_from is null && _to is null && !IsOrdered)
        {
            return [new KeyScan(KeyRange.All, TakesText: true, TakesBlobs: true)];
        }

        List<KeyScan> scans = [];
        if (_from is null or { IsText: true })
        {
            scans.Add(new KeyScan(Range(isText: true), TakesText: true, TakesBlobs: false));
        }

        if (_to is null or { IsText: false })
        {
            scans.Add(new KeyScan(Range(isText: false), TakesText: false, TakesBlobs: true));
        }

        return scans;
    }

    /// <summary>The bounds that are of one kind. The range has no last key but a first one behind: the key itself and a zero.</summary>
    private KeyRange Range(bool isText) => new(
        _from?.IsText == isText ? _from.Bytes : default,
        _to?.IsText == isText ? (ReadOnlyMemory<byte>?)(byte[])[.. _to.Bytes, 0] : null);

    private static long? Whole(SqliteValue value) => value.Type switch
    {
        SqliteCodes.TypeInteger => value.Integer,
        SqliteCodes.TypeReal when Math.Abs(value.Real) < long.MaxValue / 2 => (long)Math.Floor(value.Real),
        _ => null,
    };

    private sealed record KeyBound(byte[] Bytes, bool IsText)
    {
        public static KeyBound? Of(SqliteValue value) => value.IsNull ? null : value.Type == SqliteCodes.TypeBlob
            ? new KeyBound(value.Blob.ToArray(), IsText: false)
            : new KeyBound(value.Text.ToArray(), IsText: true);
    }
}
