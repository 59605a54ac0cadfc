using Duramen.Core.Errors;

namespace Duramen.Disk;

/// <summary>A disk refused or failed. The message names the file, the operation and the system's own error.</summary>
public sealed class DiskException : DuramenException
{
    /// <summary>Makes an error for one operation on one path.</summary>
    /// <param name="code">One of <see cref="DiskErrors"/>.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="message">The operation and what the system said.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public DiskException(ErrorCode code, string path, string message, string remedy = "", Exception? cause = null)
        : base(code, $"{path}: {message}.", remedy, cause) => Path = path;

    /// <summary>The file or folder that the operation was about.</summary>
    public string Path { get; }
}
