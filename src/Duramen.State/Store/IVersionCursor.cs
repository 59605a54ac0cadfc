namespace Duramen.State.Store;

/// <summary>A walk over versions. One owner, one thread; disposed before its snapshot is.</summary>
public interface IVersionCursor : IDisposable
{
    /// <summary>The version that the last <see cref="MoveNext"/> came to; its spans are good until the next.</summary>
    VersionView Current { get; }

    /// <summary>Goes on to the next version; false behind the last.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    bool MoveNext();
}
