using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules;

/// <summary>One judgement; either over one function or over the whole application.</summary>
public abstract class Rule
{
    private protected Rule()
    {
    }

    public abstract RuleDescriptor Descriptor { get; }
}

/// <summary>A rule that needs to see one function only.</summary>
public abstract class FunctionRule : Rule
{
    public abstract IEnumerable<Finding> Check(FunctionFacts function);
}

/// <summary>A rule that needs to see what joins functions: loops, shared roles, amplification.</summary>
public abstract class ApplicationRule : Rule
{
    public abstract IEnumerable<Finding> Check(ApplicationFacts application);
}
