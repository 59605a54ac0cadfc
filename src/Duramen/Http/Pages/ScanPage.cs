using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Http.Pages;

/// <summary>The keys of a range with their values as of a moment.</summary>
internal sealed class ScanPage(TopicSnapshot snapshot, string topic, Guid topicId, KeyRange range, Moment moment) : TablePage
{
    private readonly TopicVersions _rows = snapshot.Scan(range, moment);
    private readonly KeyPlace _last = new();

    protected override string RowsName => "rows";

    public override void Dispose()
    {
        _rows.Dispose();
        _last.Dispose();
    }

    protected override void WriteHead(JsonAnswer answer)
    {
        answer.Writer.WriteString("topic"u8, topic);
        answer.Writer.WriteString("asOf"u8, moment.ToString());
    }

    protected override bool MoveNext() => _rows.MoveNext();

    protected override bool IsPassed() => After?.Covers(_rows.Current.Key, _rows.Partition) == true;

    protected override async ValueTask WriteRowAsync(JsonAnswer answer, CancellationToken cancellationToken)
    {
        answer.Write("key"u8, _rows.Current.Key);
        await answer.WriteAsync("value", _rows, static rows => rows.Current.Value, cancellationToken).ConfigureAwait(false);
        WritePlace(answer, _rows.Current.Offset, _rows.Current.TimestampMs, _rows.Partition);
    }

    protected override void Remember() => _last.Set(_rows.Current.Key, _rows.Partition);

    protected override PageCursor Next() => new(PageKind.Scan, topicId, [moment], _last.Key, _last.Partition);
}
