using Duramen.Core.Errors;

namespace Duramen.Core.Binary;

/// <summary>Binary input that is cut or malformed, or output that does not fit; the only exception that the readers and writers of this folder raise.</summary>
public sealed class BinaryFormatException : DuramenException
{
    /// <summary>Makes the error; see <see cref="DuramenException"/>.</summary>
    public BinaryFormatException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }
}
