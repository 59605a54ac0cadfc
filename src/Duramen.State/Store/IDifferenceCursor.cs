namespace Duramen.State.Store;

/// <summary>A walk over differences. One owner, one thread; disposed before its snapshot is.</summary>
public interface IDifferenceCursor : IDisposable
{
    /// <summary>The difference that the last <see cref="MoveNext"/> came to; its spans are good until the next.</summary>
    DifferenceView Current { get; }

    /// <summary>Goes on to the next difference; false behind the last.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    bool MoveNext();
}
