using Duramen.Core.Errors;

namespace Duramen.State.Entities;

/// <summary>An entity log refused a call. The message names the log, the entity and the remedy.</summary>
public sealed class EntityException : DuramenException
{
    /// <summary>Makes an error about one entity.</summary>
    /// <param name="code">One of <see cref="EntityErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    public EntityException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }

    /// <summary>After <see cref="EntityErrors.Conflict"/>: the version that the entity has.</summary>
    public EntityVersion? ActualVersion { get; init; }
}
