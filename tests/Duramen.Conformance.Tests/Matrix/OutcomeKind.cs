namespace Duramen.Conformance.Tests.Matrix;

internal enum OutcomeKind
{
    /// <summary>It works.</summary>
    Works,

    /// <summary>The client has no such feature.</summary>
    Lacks,

    /// <summary>It does not work.</summary>
    Fails,
}
