using Duramen.Core.Ids;

namespace Duramen.State.Tables;

/// <summary>How a fold says which record it could not fold; seen by nobody but the table.</summary>
internal sealed class FoldFaultException(int source, Offset offset, Offset next, Exception cause) : Exception(cause.Message, cause)
{
    public int SourceLog => source;

    public Offset Offset => offset;

    public Offset Next => next;
}
