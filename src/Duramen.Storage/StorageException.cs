using Duramen.Core.Errors;
using Duramen.Log;

namespace Duramen.Storage;

/// <summary>A data folder refused an operation or failed. The message names the file, the position and the remedy.</summary>
public sealed class StorageException : LogException
{
    /// <summary>Makes an error about a folder or one of its files.</summary>
    /// <param name="code">One of <see cref="StorageErrors"/>, or of <see cref="LogErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public StorageException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }
}
