using Duramen.Core.Errors;

namespace Duramen.State.Store;

/// <summary>A versioned store refused a call or failed. The message names the store, the place and the remedy.</summary>
public sealed class StoreException : DuramenException
{
    /// <summary>Makes an error about one store.</summary>
    /// <param name="code">One of <see cref="StoreErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public StoreException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }
}
