using Duramen.Core.Ids;

namespace Duramen.Http.Pages;

/// <summary>
/// A page of rows, written as they are read: a head, an array of rows, and the cursor that the next page begins at. It ends when it has its rows, or when its client takes too
/// long for them. One owner, one thread.
/// </summary>
internal abstract class TablePage : IDisposable
{
    /// <summary>Where this page goes on from; null for the first.</summary>
    public PageCursor? After { get; init; }

    /// <summary>What the array of rows is called.</summary>
    protected abstract string RowsName { get; }

    /// <summary>Writes the page.</summary>
    /// <param name="answer">Where to.</param>
    /// <param name="maxRows">The most rows.</param>
    /// <param name="patience">How long it may take.</param>
    public async Task WriteAsync(JsonAnswer answer, int maxRows, Patience patience)
    {
        bool isRow = MoveOn();
        answer.Writer.WriteStartObject();
        WriteHead(answer);
        answer.Writer.WriteStartArray(RowsName);
        int rows = 0;
        for (; isRow && rows < maxRows && (rows == 0 || !patience.IsLong); rows++)
        {
            answer.Writer.WriteStartObject();
            await WriteRowAsync(answer, patience.Token).ConfigureAwait(false);
            answer.Writer.WriteEndObject();
            Remember();
            if (answer.IsFull)
            {
                await answer.SendAsync(patience.Token).ConfigureAwait(false);
            }

            patience.Token.ThrowIfCancellationRequested();
            isRow = MoveOn();
        }

        answer.Writer.WriteEndArray();
        answer.Writer.WriteString("next"u8, isRow ? Next().ToString() : null);
        answer.Writer.WriteEndObject();
        await answer.EndAsync(patience.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Writes what holds for all rows.</summary>
    protected abstract void WriteHead(JsonAnswer answer);

    /// <summary>Goes on to the next row of all there are; false behind the last.</summary>
    protected abstract bool MoveNext();

    /// <summary>Whether the row is none of this page's, because an earlier one had it.</summary>
    protected abstract bool IsPassed();

    /// <summary>Writes the fields of the row.</summary>
    protected abstract ValueTask WriteRowAsync(JsonAnswer answer, CancellationToken cancellationToken);

    /// <summary>Keeps what tells where the row is.</summary>
    protected abstract void Remember();

    /// <summary>The place behind the last row that was written.</summary>
    protected abstract PageCursor Next();

    /// <summary>Writes where a version is.</summary>
    protected static void WritePlace(JsonAnswer answer, Offset offset, long timestampMs, int partition)
    {
        answer.Writer.WriteNumber("offset"u8, offset.Value);
        answer.Writer.WriteNumber("timestamp"u8, timestampMs);
        answer.Writer.WriteNumber("partition"u8, partition);
    }

    private bool MoveOn()
    {
        while (MoveNext())
        {
            if (!IsPassed())
            {
                return true;
            }
        }

        return false;
    }
}
