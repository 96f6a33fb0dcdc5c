using System.Runtime.CompilerServices;

namespace ServerlessSec.Templates.Trees;

/// <summary>Ends a recursion that a template drives before it ends the process.</summary>
internal static class Recursion
{
    public static void Check()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new LimitReachedException("the template is nested too deep to be resolved");
    }
}
