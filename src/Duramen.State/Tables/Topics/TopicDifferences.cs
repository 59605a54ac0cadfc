using Duramen.State.Store;

namespace Duramen.State.Tables.Topics;

/// <summary>A walk over the differences in all partitions of a topic, in the order of keys. One owner, one thread; disposed before its snapshot is.</summary>
public sealed class TopicDifferences : IDifferenceCursor
{
    private readonly IReadOnlyList<int> _partitions;
    private readonly IDifferenceCursor[] _cursors;
    private readonly SideBySide _walk;

    internal TopicDifferences(IReadOnlyList<int> partitions, IDifferenceCursor[] cursors)
    {
        _partitions = partitions;
        _cursors = cursors;
        _walk = new SideBySide(
            cursors.Length, source => cursors[source].MoveNext(), (left, right) => cursors[left].Current.Key.SequenceCompareTo(cursors[right].Current.Key));
    }

    /// <summary>The number of the partition that the current difference is in.</summary>
    public int Partition => _partitions[_walk.Current];

    /// <inheritdoc/>
    public DifferenceView Current => _cursors[_walk.Current].Current;

    /// <inheritdoc/>
    public bool MoveNext() => _walk.MoveNext();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDifferenceCursor cursor in _cursors)
        {
            cursor.Dispose();
        }
    }
}
