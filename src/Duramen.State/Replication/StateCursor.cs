using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>A walk over the keys of a state in the order of their bytes. One owner; disposed before the execution ends.</summary>
public sealed class StateCursor : IDisposable
{
    private readonly IVersionCursor _stored;
    // Not readonly: the enumerator is a value that moves on.
    private SortedDictionary<byte[], byte[]?>.Enumerator _changed;
    private bool _hasStored;
    private bool _hasChanged;
    private bool _isChangedCurrent;
    private bool _isStoredUsed;
    private bool _isChangedUsed;

    internal StateCursor(IVersionCursor stored, SortedDictionary<byte[], byte[]?> changed)
    {
        _stored = stored;
        _changed = changed.GetEnumerator();
        _hasStored = _stored.MoveNext();
        _hasChanged = _changed.MoveNext();
    }

    /// <summary>The key that the last <see cref="MoveNext"/> came to; good until the next.</summary>
    public ReadOnlySpan<byte> Key => _isChangedCurrent ? _changed.Current.Key : _stored.Current.Key;

    /// <summary>Its value; good until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Value => _isChangedCurrent ? _changed.Current.Value : _stored.Current.Value.Span;

    /// <summary>Goes on to the next key; false behind the last.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            _hasStored = _isStoredUsed ? _stored.MoveNext() : _hasStored;
            _hasChanged = _isChangedUsed ? _changed.MoveNext() : _hasChanged;
            _isStoredUsed = _isChangedUsed = false;
            if (!_hasStored && !_hasChanged)
            {
                return false;
            }

            // A changed key stands before a stored one that is not smaller, and in the place of its own.
            int order = !_hasChanged ? 1 : !_hasStored ? -1 : _changed.Current.Key.AsSpan().SequenceCompareTo(_stored.Current.Key);
            _isChangedCurrent = _isChangedUsed = order <= 0;
            _isStoredUsed = order >= 0;
            if (!_isChangedCurrent || _changed.Current.Value is not null)
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stored.Dispose();
        _changed.Dispose();
    }
}
