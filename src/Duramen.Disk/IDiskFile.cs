namespace Duramen.Disk;

/// <summary>An open file. Reads and writes carry their position, so any number of threads may use one file at once.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>The path the file was opened with; every error names it.</summary>
    string Path { get; }

    /// <summary>The current length in bytes.</summary>
    long Length { get; }

    /// <summary>
    /// Reads into <paramref name="destination"/> from <paramref name="position"/> until it is full or the file ends; returns the bytes read.
    /// </summary>
    /// <exception cref="DiskException">The disk could not read (code <c>disk-io</c>).</exception>
    int Read(Span<byte> destination, long position);

    /// <summary>Writes all of <paramref name="data"/> at <paramref name="position"/>, growing the file when needed.</summary>
    /// <exception cref="DiskException">
    /// Code <c>disk-full</c>: there was no room, part of the data may have been written, and the same write may be tried again;
    /// any other code: the state of these bytes is unknown.
    /// </exception>
    void Write(ReadOnlySpan<byte> data, long position);

    /// <summary>
    /// Reserves room for a range of the file without changing its length, so that a later write there cannot fail for lack of space.
    /// Returns false where the file system cannot reserve.
    /// </summary>
    /// <exception cref="DiskException">Code <c>disk-full</c>: there is no room.</exception>
    bool TryReserve(long position, long lengthBytes);

    /// <summary>Cuts or extends (with zeros) the file to a length.</summary>
    void SetLength(long lengthBytes);

    /// <summary>Asks the disk to begin writing a range back; a hint that promises nothing.</summary>
    void StartWriteback(long position, long lengthBytes);

    /// <summary>
    /// Returns when every write to this file that returned before the call is durable, with the file's length (fdatasync).
    /// </summary>
    /// <exception cref="DiskException">
    /// Code <c>disk-sync-failed</c>. The unsynced bytes may be lost although reading still shows them, and syncing again may claim success:
    /// the caller must stop using the file and never count those bytes as durable.
    /// </exception>
    void Sync();
}
